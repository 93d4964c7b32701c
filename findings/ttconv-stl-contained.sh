#!/bin/sh
# What: ttconv 1.2.3 (PyPI), EBU STL to SubRip, WebVTT and IMSC
# Guess: where two people speak at once and the subtitle of one lies within the time of the other's, both are there
#   afterwards, as they are on the screen.
# Does: the second is dropped; the rest is converted, and the program ends as if all were well. Of two that overlap
#   only in part the second begins later than it does, when the first ends.
# Seen: 'Where is he?' from 1 to 7 s, 'Be quiet.' from 3 to 5 s: one caption; after 'Be quiet.' is moved to 8 s: two
# Source: EBU Tech 3264, 'Time Code In', 'Vertical Position': each subtitle has its own; nothing forbids that two are shown
#   at different rows at once.
# Instead: count the blocks of the file that end a subtitle (byte 4 is FFh, 128 bytes each behind the first 1,024) and the
#   captions that came of them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

venv/bin/python - <<'END_OF_PYTHON'
def caption(number, begin, end, row, text):
    times = bytes([0, 0, begin, 0, 0, 0, end, 0])
    head = bytes([0]) + number.to_bytes(2, "little") + bytes([255, 0]) + times + bytes([row, 2, 0])
    return head + text.ljust(112, b"\x8f")


def made(name, begin, end):
    general = bytearray(b" " * 1024)
    for offset, text in (
        (0, b"850STL25.01"), (11, b"0"), (12, b"00"), (14, b"09"), (16, b"Interview"), (224, b"260101260101"), (236, b"00"),
        (238, b"00002"), (243, b"00002"), (248, b"001"), (251, b"40"), (253, b"23"), (255, b"1"), (256, b"00000000"),
        (264, b"00000000"), (272, b"1"), (273, b"1"), (274, b"CHE"),
    ):
        general[offset:offset + len(text)] = text
    captions = caption(0, 1, 7, 4, b"Where is he?") + caption(1, begin, end, 20, b"Be quiet.")
    with open(name, "wb") as file:
        file.write(bytes(general) + captions)


made("within.stl", 3, 5)
made("after.stl", 8, 9)
END_OF_PYTHON
for name in within after; do
  venv/bin/tt convert -i $name.stl -o $name.srt >/dev/null 2>&1 || { echo "changed: $name.stl is refused"; exit 1; }
done
cat within.srt
grep -q 'Be quiet' after.srt || { echo "changed: one after the other is lost as well"; exit 1; }
grep -q 'Where is he' within.srt || { echo "changed: the first is lost"; exit 1; }
if grep -q 'Be quiet' within.srt; then echo "changed: the second is there"; exit 1; fi
