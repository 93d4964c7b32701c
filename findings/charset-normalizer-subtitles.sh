#!/bin/sh
# What: charset-normalizer 3.5.3, chardet 7.7.0 (PyPI)
# Guess: short Chinese subtitles in GB18030, as desktop programs in China save them, are read as Chinese, or as
#   unsure.
# Does: charset-normalizer's best guess is Korean (cp949) as soon as times stand between the lines: every character of
#   it is a letter or hanja, so nothing looks broken to a program. The bare name of a city is read well. chardet says
#   GB18030, with little confidence.
# Seen: 警察来了 / 他们带走了她 between times: cp949, '儉쳬던浬죄劒'; 拉萨的街上: gb18030.
# Source: charset-normalizer, README: 'the first one that shows the least mess'; its documentation names short text.
# Instead: ask for UTF-8 strictly, then try GB18030 before anything else where the material is Chinese, and show the
#   first lines to a person.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq charset-normalizer==3.5.3 chardet==7.7.0 || exit 2

venv/bin/python - <<'END'
import sys
import chardet, charset_normalizer

text = "1\n00:00:01,000 --> 00:00:03,000\n警察来了\n\n2\n00:00:04,000 --> 00:00:06,000\n他们带走了她\n"
data = text.encode("gb18030")
best, other = charset_normalizer.from_bytes(data).best(), chardet.detect(data)
print(best.encoding, repr(str(best)[-8:]), other["encoding"], round(other["confidence"], 2))
if other["encoding"] != "GB18030" or charset_normalizer.from_bytes("拉萨的街上".encode("gb18030")).best().encoding != "gb18030":
    sys.exit("changed: chardet, or charset-normalizer on bare text, is wrong too")
if best.encoding != "cp949":
    sys.exit(f"changed: the subtitles are {best.encoding}")
END
