#!/bin/sh
# What: nh3 0.3.8 (PyPI), a sanitizer of HTML
# Guess: a sanitizer that knows bdo, bdi and ruby by default also keeps the direction of a paragraph: it does no harm.
# Does: dir goes from every element but bdo, also from bdi; lang stays. So an Uyghur post that says in which direction
#   it is written is set from left to right, its full stop and brackets at the wrong end. The numbers of a list (value
#   of li, reversed) go too, and a numbered statement is counted anew.
# Seen: '<p dir="rtl" lang="ug">' becomes '<p lang="ug">', '<bdi dir="auto">' becomes '<bdi>', '<li value="7">'
#   '<li>'.
# Source: HTML Living Standard, 3.2.6.4: dir is a global attribute; nh3, ALLOWED_ATTRIBUTES: for "bdo" only.
# Instead: give clean() attributes of your own, with dir for "*" and value for li, or set dir anew from the text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq nh3==0.3.8 || exit 2

venv/bin/python - <<'END'
import sys
import nh3

given = '<p dir="rtl" lang="ug">سۆز <bdo dir="rtl">a</bdo><bdi dir="auto">b</bdi></p><ol><li value="7">c</li></ol>'
cleaned = nh3.clean(given)
print(cleaned)
if 'lang="ug"' not in cleaned or '<bdo dir="rtl">' not in cleaned or "<bdi" not in cleaned:
    sys.exit("changed: language, bdo or bdi go too")
if '<p dir' in cleaned or '<p lang="ug" dir' in cleaned or "<bdi dir" in cleaned or "value" in cleaned:
    sys.exit("changed: direction or the number of a list item stays")
END
