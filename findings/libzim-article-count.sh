#!/bin/sh
# What: libzim 3.13.1 (PyPI)
# Guess: article_count is the number of articles: what was added as a front article.
# Does: an HTML item for which nothing was said is counted too; only what is explicitly 'not front', and a redirect
#   without the hint, is left out.
# Seen: front, unsaid, not front, and a redirect: article_count 2, entry_count 4.
# Source: openZIM wiki, 'Libzim': FRONT_ARTICLE hint; the property is named after articles, and has no other
#   description.
# Instead: give the hint on every item, and keep the number of pages in your own metadata.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq libzim==3.13.1 || exit 2

venv/bin/python - <<'END'
import sys
from libzim.reader import Archive
from libzim.writer import Creator, Hint, Item, StringProvider


class Page(Item):
    def __init__(self, path, hints):
        super().__init__()
        self.path, self.hints = path, hints

    def get_path(self):
        return self.path

    def get_title(self):
        return self.path

    def get_mimetype(self):
        return "text/html"

    def get_contentprovider(self):
        return StringProvider("<p>words</p>")

    def get_hints(self):
        return self.hints


with Creator("a.zim") as creator:
    creator.set_mainpath("front")
    creator.add_item(Page("front", {Hint.FRONT_ARTICLE: True}))
    creator.add_item(Page("unsaid", {}))
    creator.add_item(Page("other", {Hint.FRONT_ARTICLE: False}))
    creator.add_redirection("redirect", "Redirect", "front", {})
archive = Archive("a.zim")
print(archive.article_count, archive.entry_count)
if (archive.article_count, archive.entry_count) != (2, 4):
    sys.exit(f"changed: {archive.article_count} articles of {archive.entry_count} entries")
END
