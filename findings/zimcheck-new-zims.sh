#!/bin/sh
# What: zim-tools 3.1.3 (Debian 12), libzim 3.13.1 and 3.6.0 (PyPI)
# Guess: the checker of a distribution passes what a sound writer of the same project made.
# Does: it says 'Invalid low-level structure' of every ZIM of python-libzim 3.13.1, for an index of titles that newer
#   files no longer carry where it looks; files of 3.6.0 pass.
# Seen: 'Full Title index table outside (or not fully inside) ZIM file.'
# Source: openZIM wiki, 'ZIM file format': the list by title has moved from the header's titlePtrPos into an entry
#   (titleOrdered).
# Instead: name the zim-tools a file was checked with; check with one at least as new as the writer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v zimcheck >/dev/null || { echo 'needs zimcheck (Debian package zim-tools)'; exit 2; }
zimcheck --version | head -n 1

cat > make.py <<'END'
from libzim.writer import Creator, Item, StringProvider


class Page(Item):
    def get_path(self):
        return "page"

    def get_title(self):
        return "Page"

    def get_mimetype(self):
        return "text/html"

    def get_contentprovider(self):
        return StringProvider("<p>words</p>")

    def get_hints(self):
        return {}


with Creator("a.zim") as creator:
    creator.set_mainpath("page")
    creator.add_item(Page())
END
for version in 3.6.0 3.13.1; do
  python3 -m venv --clear venv && venv/bin/pip install -qq libzim==$version || exit 2
  rm -f a.zim
  venv/bin/python make.py > made 2>&1
  zimcheck -I a.zim > said 2>&1 && result=passes || result=fails
  echo "libzim $version $result: $(grep -i 'index table' said || true)"
  case $version-$result in
    3.6.0-passes | 3.13.1-fails) ;;
    *) echo "changed: a ZIM of libzim $version $result"; exit 1 ;;
  esac
done
