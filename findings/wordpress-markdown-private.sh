#!/bin/sh
# What: wordpress-export-to-markdown 2.2.2 (npm), by which blogs leave WordPress
# Guess: it knows what is public in WordPress's export: drafts and posts in the trash are left out.
# Does: only these are. A private post, and one behind a password, is written beside all others, and nothing in the file
#   says so; the next step, a static site of that folder, shows both to everybody. What the author took back to "private"
#   when somebody was arrested is out again.
# Seen: out/open.md, out/locked.md, out/private.md, of the draft nothing; front matter: title and date alone
# Source: WordPress, wp-admin/includes/export.php (wp:status, wp:post_password); the package's src/parser.js
# Instead: take out of the XML what has a wp:post_password, or a wp:status but 'publish', before it is converted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm init -y > npm.log 2>&1 && npm install --silent --ignore-scripts wordpress-export-to-markdown@2.2.2 >> npm.log 2>&1 || exit 2
item() {
  printf '<item><title>%s</title><link>https://a.example/%s/</link><content:encoded><![CDATA[words]]></content:encoded>' "$1" "$1"
  printf '<pubDate>Sun, 12 May 2024 06:28:00 +0000</pubDate><wp:post_id>%s</wp:post_id><wp:post_name>%s</wp:post_name>' "$2" "$1"
  printf '<wp:post_date>2024-05-12 14:28:00</wp:post_date><wp:post_type>post</wp:post_type><wp:status>%s</wp:status>' "$3"
  printf '<wp:post_date_gmt>2024-05-12 06:28:00</wp:post_date_gmt><wp:post_password>%s</wp:post_password></item>\n' "$4"
}
{
  printf '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
  printf 'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title>\n'
  item open 1 publish ''
  item locked 2 publish letmein
  item private 3 private ''
  item unready 4 draft ''
  printf '</channel></rss>\n'
} > export.xml
node node_modules/wordpress-export-to-markdown/index.js --wizard=false --input=export.xml --output=out \
  --post-folders=false --save-attached-images=false --save-scraped-images=false > log 2>&1 < /dev/null || { cat log; exit 2; }
find out -name '*.md' | sort | tee seen
cat out/private.md out/locked.md 2>/dev/null || true
for each in open locked private; do
  grep -qx "out/$each.md" seen || { echo "changed: $each is not among the posts"; exit 1; }
done
! grep -q unready seen || { echo 'changed: the draft is written, too'; exit 1; }
! grep -q -i -E 'password|private:|status|draft' out/locked.md out/private.md || { echo 'changed: the file says so'; exit 1; }
