#!/bin/sh
# What: ttconv 1.2.3 (PyPI), TTML to SubRip and WebVTT
# Guess: words that TTML says are not to be seen (tts:visibility="hidden", tts:opacity="0") are left out, as those of
#   tts:display="none" are: SubRip and WebVTT have no way to hide them.
# Does: only display is looked at. Hidden words, as of a caption that appears word by word, or of a name that was taken off
#   the picture, are in the captions as plain text.
# Seen: 'Tenzin' hidden, with opacity 0, with display none: 'Tenzin said', 'Tenzin said', 'said'.
# Source: TTML2, 10.2.51, tts:visibility (hidden: generated areas are not to be made visible), 10.2.27, tts:opacity.
# Instead: take such elements out of the XML before converting, the animated ones (<set>) by hand.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

cat > a.ttml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en">
<head><layout><region xml:id="r" tts:origin="10% 10%" tts:extent="80% 80%"/></layout></head>
<body><div region="r">
<p begin="1s" end="2s"><span tts:visibility="hidden">Tenzin</span> said one</p>
<p begin="3s" end="4s"><span tts:opacity="0">Tenzin</span> said two</p>
<p begin="5s" end="6s"><span tts:display="none">Tenzin</span> said three</p>
</div></body></tt>
END
for form in srt vtt; do
  venv/bin/tt convert -i a.ttml -o a.$form >/dev/null 2>&1 || { echo "changed: .$form: the file is refused"; exit 1; }
  cat a.$form
  grep -q 'said three' a.$form || { echo "changed: .$form: a caption is missing"; exit 1; }
  ! grep -q 'Tenzin said three' a.$form || { echo "changed: .$form: display none is shown"; exit 1; }
  grep -q 'Tenzin said one' a.$form || { echo "changed: .$form: hidden words are left out"; exit 1; }
  grep -q 'Tenzin said two' a.$form || { echo "changed: .$form: words of opacity 0 are left out"; exit 1; }
done
