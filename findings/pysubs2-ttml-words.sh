#!/bin/sh
# What: pysubs2 1.8.1 (PyPI), TTML, which it reads since 1.8
# Guess: words with times of their own (span begin, end), as services of captions write them, get these times, or the
#   file is refused, as one with times in frames or ticks is: 'Unsupported time expression'.
# Does: their times are left out without a word: all words of the paragraph are one caption for all its time, and stand
#   without a space where none stood between the elements. Words of display 'none' are captions too.
# Seen: 'one' from 11 to 12 and 'two' from 12 to 13 s: 'onetwo' from 10 to 20; a hidden name is shown.
# Source: TTML2, 12.1 (begin and end on span, relative to the parent), 10.2.10, tts:display.
# Instead: ttconv, or make a paragraph of every timed span first; look for begin= on elements other than p and div.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 || exit 2

venv/bin/python - <<'END'
import sys
import pysubs2

HEAD = '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en"><body><div>'


def captions(paragraph):
    file = pysubs2.SSAFile.from_string(f"{HEAD}{paragraph}</div></body></tt>", format_="ttml")
    return [(one.start, one.end, one.text) for one in file]


plain = captions('<p begin="1s" end="2s">one</p>')
words = captions('<p begin="10s" end="20s"><span begin="1s" end="2s">one</span><span begin="2s" end="3s">two</span></p>')
hidden = captions('<p begin="1s" end="2s"><span tts:display="none">Tenzin</span> said</p>')
try:
    frames = captions('<p begin="25f" end="50f">one</p>')
except NotImplementedError:
    frames = "refused"
print(plain, words, hidden, frames)
if plain != [(1000, 2000, "one")] or frames != "refused":
    sys.exit(f"changed: a plain caption, or times in frames: {plain}, {frames}")
if words != [(10000, 20000, "onetwo")]:
    sys.exit(f"changed: words with times: {words}")
if hidden != [(1000, 2000, "Tenzin said")]:
    sys.exit(f"changed: hidden words: {hidden}")
END
