#!/bin/sh
# What: lattifai-captions 0.4.17 (PyPI), subtitles of broadcasters (TTML, EBU-TT-D) read with Caption.read
# Guess: XML is XML: with the prefix tt:, as the EBU's own examples and most broadcasters have it, the captions are the same;
#   frames are counted by the rate that stands in the head.
# Does: with the prefix the file has no captions, and nothing is raised: an empty list, from a module that names EBU-TT-D
#   among its formats. Without it, frames are thirtieths of a second whatever ttp:frameRate says, times in minutes or
#   hours ('2m', '1h') are 0, the begin of a division is not added, and a styled word in a Chinese sentence gets a space
#   on both sides.
# Seen: with tt: []; without: in a division at 10 s and at 25 frames 00:00:01:20 is 1.667 s (11.8 s), '2m' is 0.0, '他 没有 被带走'
# Source: TTML2, time expressions (metrics h, m, s, ms, f, t) and ttp:frameRate; EBU Tech 3380, examples with tt:.
# Instead: ttconv for TTML; a caption file that comes out empty is an error, not a quiet film.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq lattifai-captions==0.4.17 || exit 2

cat > run.py <<'END'
import sys

from lattifai.caption import Caption

WORDS = """<?xml version="1.0" encoding="UTF-8"?>
<{0}tt xmlns{1}="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
 ttp:timeBase="media" ttp:frameRate="25" xml:lang="zh"><{0}body><{0}div begin="10s">
<{0}p begin="00:00:01:20" end="00:00:02:24">他<{0}span>没有</{0}span>被带走</{0}p>
<{0}p begin="2m" end="3m">他说</{0}p></{0}div></{0}body></{0}tt>
"""


def read(prefix):
    with open("a.ttml", "w", encoding="utf-8") as file:
        file.write(WORDS.format(prefix and prefix + ":", prefix and ":" + prefix))
    return sorted((caption.text, round(caption.start, 3)) for caption in Caption.read("a.ttml").supervisions)


with_prefix, without = read("tt"), read("")
print("with tt:", with_prefix)
print("without:", without)
if with_prefix:
    sys.exit(f"changed: with the prefix {with_prefix}")
if without != [("他 没有 被带走", 1.667), ("他说", 0.0)]:
    sys.exit(f"changed: without {without}")
END
venv/bin/python run.py || exit $?
