#!/bin/sh
# What: ttconv 1.2.3 (PyPI), EBU STL to SubRip, WebVTT and IMSC
# Guess: a block that the file marks as a comment is left out, or becomes a comment: it is what translator and editor
#   wrote to each other.
# Does: the mark is not looked at. The note is a caption like the others, and every viewer reads it.
# Seen: a block with comment flag 01h, 'Ask Tenzin for her real name': a caption of two seconds.
# Source: EBU Tech 3264, 'Comment Flag (CF)': 01h says that the text field is a comment and is not to go out.
# Instead: take the blocks with byte 15 = 1 out of the file first (below, 128 bytes each behind the first 1,024), and
#   count them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

venv/bin/python - <<'END'
def field(block, offset, text):
    block[offset:offset + len(text)] = text


def caption(number, second, text, comment):
    times = bytes([10, 0, second, 0, 10, 0, second + 2, 0])
    head = bytes([0]) + number.to_bytes(2, "little") + bytes([255, 0]) + times + bytes([20, 2, comment])
    return head + text.ljust(112, b"\x8f")


general = bytearray(b" " * 1024)
for offset, text in (
    (0, b"850STL25.01"), (11, b"0"), (12, b"00"), (14, b"09"), (16, b"Interview"), (224, b"260101260101"), (236, b"00"),
    (238, b"00002"), (243, b"00002"), (248, b"001"), (251, b"40"), (253, b"23"), (255, b"1"), (256, b"10000000"),
    (264, b"10000000"), (272, b"1"), (273, b"1"), (274, b"CHE"),
):
    field(general, offset, text)
captions = caption(0, 1, b"They came at night.", 0) + caption(1, 4, b"Ask Tenzin for her real name", 1)
open("a.stl", "wb").write(bytes(general) + captions)
END
venv/bin/tt convert -i a.stl -o a.srt >/dev/null 2>&1 || { echo "changed: the file is refused"; exit 1; }
cat a.srt
grep -q 'They came at night' a.srt || { echo "changed: the caption is missing"; exit 1; }
grep -q 'Ask Tenzin' a.srt || { echo "changed: the comment is left out"; exit 1; }
