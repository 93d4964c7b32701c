#!/bin/sh
# What: dennis 1.3.0 (PyPI), dennis-cmd status: how far a catalogue (PO) is translated; msgfmt of GNU gettext 0.21 (Debian 12)
# Guess: what is marked fuzzy, carried over from a sentence that has since changed, is not translated: the catalogue is not
#   complete, and msgfmt leaves it out of what programs read.
# Does: it counts three translated strings of five, and says '100% COMPLETE!'. The percentage is made of words, and those of
#   fuzzy strings are left out of the whole. A catalogue whose every string but one is fuzzy is complete, and readers see
#   the original language. 'dennis-cmd lint' says nothing of fuzzy strings either.
# Seen: 'Translated: 3', 'Fuzzy: 2', 'Percentage: 100% COMPLETE!'; msgfmt: 3 translated messages, 2 fuzzy translations
# Source: GNU gettext manual, 'Fuzzy Entries'; dennis' documentation, Status (metadata and statistics of a PO file).
# Instead: msgfmt --statistics, or the line 'Fuzzy' beside the percentage: complete only if it is 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v msgfmt >/dev/null || { echo 'msgfmt (gettext) is missing'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq dennis==1.3.0 || exit 2

cat > zh.po <<'END'
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Language: zh\n"

#, fuzzy
#| msgid "He was not taken away"
msgid "He was taken away"
msgstr "他没有被带走"

#, fuzzy
#| msgid "They came"
msgid "They left"
msgstr "他们来了"

msgid "Yes"
msgstr "是"

msgid "No"
msgstr "不是"

msgid "Perhaps"
msgstr "也许"
END
venv/bin/dennis-cmd status zh.po > status
venv/bin/dennis-cmd lint zh.po > lint || true
counts=$(LC_ALL=C msgfmt --statistics -o /dev/null zh.po 2>&1)
cat status
echo "$counts"
[ "$counts" = '3 translated messages, 2 fuzzy translations.' ] || { echo "changed: msgfmt: $counts"; exit 1; }
grep -Eq 'Fuzzy: +2' status || { echo 'changed: fuzzy strings are counted otherwise'; exit 1; }
grep -q '100% COMPLETE' status || { echo "changed: $(grep Percentage status)"; exit 1; }
if grep -qi fuzzy lint; then echo 'changed: lint tells of fuzzy strings'; exit 1; fi
