#!/bin/sh
# What: ttconv 1.2.3 (PyPI), EBU STL for open subtitling to SubRip, WebVTT and IMSC
# Guess: a word in italics in the middle of a line stays a word: the spaces around it are text.
# Does: the spaces next to each code for italics or underlining are dropped, on both sides: the word grows together
#   with its neighbours, and what is searched or translated has words that do not exist. Where a comma follows the
#   code at once, a space is put before it. Lines without such a word are read well.
# Seen: 'The', italics on, 'Xinhua', italics off, 'agency', a space between each two: The<i>Xinhua</i>agency; with a
#   comma behind: <i>Xinhua</i> , it says.
# Source: EBU Tech 3264, 'Text Field': 80h to 85h switch italics, underlining and boxes of open subtitles; the codes
#   that are shown as a space are those of teletext (00h to 1Fh).
# Instead: take the words from the text field, codes taken out, and from ttconv only the times.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

venv/bin/python - <<'END'
def field(block, offset, text):
    block[offset:offset + len(text)] = text


def caption(number, second, text):
    times = bytes([10, 0, second, 0, 10, 0, second + 2, 0])
    head = bytes([0]) + number.to_bytes(2, "little") + bytes([255, 0]) + times + bytes([20, 2, 0])
    return head + text.ljust(112, b"\x8f")


general = bytearray(b" " * 1024)
for offset, text in (
    (0, b"850STL25.01"), (11, b"0"), (12, b"00"), (14, b"09"), (16, b"Interview"), (224, b"260101260101"), (236, b"00"),
    (238, b"00003"), (243, b"00003"), (248, b"001"), (251, b"40"), (253, b"23"), (255, b"1"), (256, b"10000000"),
    (264, b"10000000"), (272, b"1"), (273, b"1"), (274, b"CHE"),
):
    field(general, offset, text)
captions = caption(0, 1, b"The agency says so.") + caption(1, 4, b"The \x80Xinhua\x81 agency says so.")
captions += caption(2, 7, b"The \x80Xinhua\x81, it says")
open("a.stl", "wb").write(bytes(general) + captions)
END
venv/bin/tt convert -i a.stl -o a.srt >/dev/null 2>&1 || { echo "changed: the file is refused"; exit 1; }
cat a.srt
grep -qx 'The agency says so.' a.srt || { echo "changed: the plain line is another"; exit 1; }
grep -qx 'The<i>Xinhua</i>agency says so.' a.srt || { echo "changed: the line with italics is another"; exit 1; }
grep -qx 'The<i>Xinhua</i> , it says' a.srt || { echo "changed: the line with a comma is another"; exit 1; }
