#!/bin/sh
# What: ttconv 1.2.3 (PyPI), TTML (IMSC) to SubRip and WebVTT
# Guess: a body or division that says when it begins and not when it ends lasts as long as what is in it; its captions
#   are shown, later by that much.
# Does: captions in it vanish, all of them, with exit code 0 and a file without them, or an empty one. With an end on
#   the same element, even far too late, they are there and at the right time.
# Seen: div begin='100s': the second caption is missing; div begin='100s' end='9000s': it stands at 101 s.
# Source: TTML2, 12.1.1 'begin', 12.1.2 'end', 12.4 (a par element without end and dur lasts as long as its children).
# Instead: add an end to each body and div that has a begin, and count the p elements before and the captions after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

convert() { # NAME TIMES-OF-BODY TIMES-OF-SECOND-DIVISION
  cat > "$1.ttml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body$2>
<div><p begin="00:00:02.000" end="00:00:03.000">one</p></div>
<div$3><p begin="00:00:01.000" end="00:00:04.000">two</p></div>
</body></tt>
END
  for kind in srt vtt; do
    venv/bin/tt convert -i "$1.ttml" -o "$1.$kind" > log 2>&1 || { cat log; exit 2; }
    grep -E -i 'warn|error' log && { echo "changed: it says so now"; exit 1; }
    echo "$1.$kind" $(grep -E '^(one|two)$|-->' "$1.$kind")
  done
}
convert plain '' ''
convert with-end '' ' begin="100s" end="9000s"'
convert division '' ' begin="100s"'
convert body ' begin="10s"' ''

{ grep -q '^two$' plain.srt && grep -q '^00:01:41,000 -->' with-end.srt; } || { echo 'changed: the others are not as before'; exit 1; }
for kind in srt vtt; do
  grep -q '^one$' "division.$kind" || { echo 'changed: the first division is gone too'; exit 1; }
  grep -q '^two$' "division.$kind" && { echo 'changed: the caption of the second division is there'; exit 1; }
  grep -E -q '^(one|two)$' "body.$kind" && { echo 'changed: captions of a body with a begin are there'; exit 1; }
done
exit 0
