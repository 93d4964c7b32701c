#!/bin/sh
# What: ttconv 1.2.3 (PyPI), TTML (IMSC) to SubRip and WebVTT
# Guess: a body or division that says when it begins and not when it ends lasts as long as what is in it; its captions
#   are shown, later by that much.
# Does: its end is taken to be that of its last caption as it was before it was moved: whatever comes to stand later is
#   cut off or missing. With a begin of two seconds the last caption is two seconds shorter; with one longer than what
#   is in it, as that of a second reel, all captions vanish. The exit code is 0, no warning. With an end on the same
#   element, even far too late, they are whole and at the right time.
# Seen: captions at 1–2, 5–6, 10–14 s; begin='2s': 3–4, 7–8, 12–14 instead of 12–16; begin='100s': none; with
#   end='9000s': 101–102, 105–106, 110–114.
# Source: TTML2, 'begin', 'end' and 'timeContainer' (par by default; without end and dur, SMIL's rule: as long as its
#   children).
# Instead: add an end to each body and div that has a begin, and compare the p elements before with the captions after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

convert() { # NAME TIMES-OF-BODY TIMES-OF-DIVISION EXPECTED
  cat > "$1.ttml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body$2>
<div$3><p begin="1s" end="2s">one</p><p begin="5s" end="6s">two</p><p begin="10s" end="14s">three</p></div>
</body></tt>
END
  for kind in srt vtt; do
    venv/bin/tt convert -i "$1.ttml" -o "$1.$kind" > log 2>&1 || { cat log; exit 2; }
    if grep -E -i 'warn|error' log; then echo "changed: it says so now"; exit 1; fi
    found=$(sed -n -E 's/^00:([0-9:]+)[.,]000 --> 00:([0-9:]+)[.,]000.*/\1-\2/p' "$1.$kind" | tr '\n' ' ')
    echo "$1.$kind $found"
    test "$found" = "$4" || { echo "changed: $1 ($kind) gives $found"; exit 1; }
  done
}
convert plain '' '' '00:01-00:02 00:05-00:06 00:10-00:14 '
convert soon '' ' begin="2s"' '00:03-00:04 00:07-00:08 00:12-00:14 '
convert body ' begin="2s"' '' '00:03-00:04 00:07-00:08 00:12-00:14 '
convert late '' ' begin="100s"' ''
convert late-body ' begin="100s"' '' ''
convert with-end '' ' begin="100s" end="9000s"' '01:41-01:42 01:45-01:46 01:50-01:54 '
convert body-with-end ' begin="100s" end="9000s"' '' '01:41-01:42 01:45-01:46 01:50-01:54 '
