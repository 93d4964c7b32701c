#!/bin/sh
# What: zbar 0.23.92 (Debian 12) with pyzbar 0.1.9 (PyPI); codes by segno 1.6.6, zxing-cpp 3.1.1 to compare
# Guess: a QR code whose bytes are UTF-8 is read as UTF-8, or as bytes; only what is no UTF-8 is anything else.
# Does: where the bytes could also be Shift JIS or Big5, they are taken for that, and handed out as UTF-8 of those
#   other characters: 13 of 23 Chinese words, and 'café'.
#   zxing-cpp reads all.
# Seen: 北京 (Beijing) is read as 蛹嶺ｺｬ, 林昭 as 譫玲亊, café as caf矇.
# Source: ISO/IEC 18004, 7.3.5: bytes are ISO 8859-1 unless an ECI says otherwise; UTF-8 is what telephones expect.
# Instead: read what you make with zxing-cpp as well; of zbar ask for the bytes (zbarimg --raw -Sbinary), and decode
#   them yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq segno==1.6.6 pyzbar==0.1.9 zxing-cpp==3.1.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import io, sys
import segno, zxingcpp
from PIL import Image

try:
    from pyzbar.pyzbar import decode
except ImportError:
    print("needs Debian's libzbar0")
    sys.exit(2)

WORDS = "拉萨 西藏 北京 林昭 成都 天安门 警察 今天 乌鲁木齐 和田 喀什 香港 上海 白纸 六四 民主 自由 南京路 新疆 女儿 妈妈 王 李 café".split()


def read(word):
    picture = io.BytesIO()
    segno.make(word.encode(), mode="byte", micro=False).save(picture, kind="png", scale=6)
    image = Image.open(picture)
    return decode(image)[0].data.decode(), zxingcpp.read_barcodes(image)[0].text


found = {word: read(word) for word in WORDS}
wrong = {word: zbar for word, (zbar, _) in found.items() if zbar != word}
print(len(wrong), "of", len(WORDS), wrong)
if any(zxing != word for word, (_, zxing) in found.items()):
    sys.exit("changed: zxing-cpp reads some of them wrongly too")
if not {"北京", "林昭", "café"} <= wrong.keys():
    sys.exit("changed: zbar reads them as what they are")
END
