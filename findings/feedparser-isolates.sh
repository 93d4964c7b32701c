#!/bin/sh
# What: feedparser 6.0.14 (PyPI), what it leaves of HTML in entries
# Guess: it takes out what can do harm (scripts, forms, styles) and keeps what only orders words, as it keeps dir.
# Does: bdi and bdo are taken out, their words stay. What a site wrote to keep a name or a number apart from the direction
#   of the words around it is lost: in an Uyghur or Persian list, a Latin handle and the count behind it change places.
# Seen: '<p dir="rtl">…<bdi>lin_2009</bdi> 3، <bdo dir="ltr">a b</bdo></p>' becomes '<p dir="rtl">…lin_2009 3، a b</p>'.
# Source: HTML Living Standard, bdi ('for embedding user-generated content with an unknown directionality') and bdo;
#   feedparser documentation, 'Sanitization'
# Instead: give sanitize_html=False and a sanitizer of your own that knows bdi, or read the entry's own XML.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedparser==6.0.14 || exit 2
cat > run.py <<'END'
import feedparser

WORDS = '<p dir="rtl">ئىسىم: <bdi>lin_2009</bdi> 3، <bdo dir="ltr">a b</bdo></p>'
FEED = f"""<rss version="2.0"><channel><title>T</title><item><guid>1</guid>
<description><![CDATA[{WORDS}]]></description></item></channel></rss>"""
for sanitize in (True, False):
    print(sanitize, feedparser.parse(FEED, sanitize_html=sanitize).entries[0].summary)
END
venv/bin/python run.py > seen || exit 2
cat seen
grep -q '^True <p dir="rtl">' seen || { echo 'changed: dir is lost, too'; exit 1; }
! grep -q '^True .*<bd' seen || { echo 'changed: bdi or bdo is kept'; exit 1; }
grep -q '^False .*<bdi>' seen || { echo 'changed: it is lost without sanitizing, too'; exit 1; }
