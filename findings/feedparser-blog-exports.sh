#!/bin/sh
# What: feedparser 6.0.14 (PyPI) reads the export of a WordPress blog (WXR 1.2)
# Guess: entries of RSS are what a site gave out to everybody; a program that takes in feeds may show them.
# Does: a blog's export is RSS 2.0, too, and is recognised as that. Drafts, private posts, posts behind a password and
#   items of menus are entries as all others. What they are stands in wp_status, wp_post_password and wp_post_type alone,
#   which the documentation of neither feeds nor the library names; the password stands beside it.
# Seen: rss20, [('public', 'publish'), ('private', 'private'), ('draft', 'draft'), ('locked', 'publish')], 'letmein'
# Source: RSS 2.0, "Extending RSS" (namespaces); WordPress, wp-admin/includes/export.php (export_wp)
# Instead: look for wp:status before an entry is shown: only 'publish' without wp:post_password was public. In Blogger's
#   export it is blogger:status LIVE, and app:draft in Atom.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedparser==6.0.14 || exit 2

cat > run.py <<'END'
import sys
import feedparser

ITEM = """<item><title>{0}</title><link>https://blog.example/{0}</link><content:encoded><![CDATA[words]]></content:encoded>
<wp:post_type>post</wp:post_type><wp:status><![CDATA[{1}]]></wp:status>
<wp:post_password><![CDATA[{2}]]></wp:post_password></item>"""
KINDS = [("public", "publish", ""), ("private", "private", ""), ("draft", "draft", ""), ("locked", "publish", "letmein")]
FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>a blog</title>
<wp:wxr_version>1.2</wp:wxr_version>{}</channel></rss>"""
read = feedparser.parse(FEED.format("".join(ITEM.format(*each) for each in KINDS)))
found = [(entry.title, entry.get("wp_status")) for entry in read.entries]
print(read.version, found, [entry.get("wp_post_password") for entry in read.entries])
if (read.version, found) != ("rss20", [(name, status) for name, status, _ in KINDS]):
    sys.exit(f"changed: {read.version}, {found}")
END
venv/bin/python run.py
