#!/bin/sh
# What: ffmpeg 5.1 with libass 0.17.1 (Debian 12), filter 'subtitles'; ffmpeg 9.0.2 (imageio-ffmpeg 0.8.1, PyPI)
# Guess: a caption that is too long for the picture is broken into lines when it is burned in, Chinese as English.
# Does: Debian's breaks lines at spaces only. A Chinese caption has none: it stays one line, whose beginning and end lie
#   outside the picture, and nothing is said. The other build breaks it between the characters, so the same command
#   gives a readable clip on one computer and a cut sentence on the next. In English both break.
# Seen: letters from the first column to the last (0 to 640) and one line; 155 to 485 and two lines with the other.
# Source: UAX 14 (ID: a break is allowed before and after an ideograph); libass, issue 360; newer ffmpeg's filter
#   'subtitles': wrap_unicode, which needs a libass built with libunibreak.
# Instead: break Chinese and Tibetan captions yourself, and look at the first and last columns of the picture.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
fc-list | grep -q 'NotoSansCJK' || { echo 'needs a font (Debian package fonts-noto-cjk)'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 pillow==13.0.0 || exit 2
other=$(venv/bin/python -W ignore -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$other" -version | head -n 1

time='00:00:00,000 --> 00:00:02,000'
printf '1\n%s\n%s\n' "$time" '昨天下午警察在北京逮捕了三名工人工作室被查封他们的家属至今没有收到任何通知也不知道他们被关在哪里' > zh.srt
printf '1\n%s\n%s\n' "$time" 'Yesterday afternoon the police arrested three workers, and their families have had no word of them since' > en.srt
burn() { # PROGRAM LANGUAGE OUTPUT
  "$1" -loglevel error -f lavfi -i color=black:s=640x360:d=1 \
    -vf "subtitles=$2.srt:force_style='FontName=Noto Sans CJK SC'" -frames:v 1 -update 1 "$3"
}
burn ffmpeg en here-en.png
burn ffmpeg zh here-zh.png
burn "$other" zh other-zh.png

venv/bin/python - <<'END'
import sys
from PIL import Image

box = {}
for name in ("here-en", "here-zh", "other-zh"):
    left, top, right, bottom = Image.open(f"{name}.png").convert("L").point(lambda level: 255 * (level > 60)).getbbox()
    box[name] = {"inside": left > 0 and right < 640, "lines": 1 if bottom - top < 20 else 2}
    print(name, (left, top, right, bottom), box[name])
inside = {"inside": True, "lines": 2}
if box != {"here-en": inside, "here-zh": {"inside": False, "lines": 1}, "other-zh": inside}:
    sys.exit(f"changed: {box}")
END
