#!/bin/sh
# What: LRC, lines with times, as programs that listen write them beside songs and speech; pylrc 0.1.2,
#   lemony-lrc-parser 0.5.0 (PyPI), ffmpeg 5.1 (Debian 12)
# Guess: [offset:+500] moves all times by half a second in one direction, for whoever reads the file.
# Does: descriptions of the format say that a plus makes lines appear sooner. pylrc makes them later; the other two read
#   the tag as words about the song, like its title, and move nothing. One file is subtitles at three places a second
#   apart. ffmpeg also ends the last line when it begins, so that no player shows it.
# Seen: the line at 00:10.00 is at 10.5 s by pylrc, at 10.0 by ffmpeg and lemony, and was meant at 9.5; ffmpeg's last line
#   is from 12.000 to 12.000.
# Source: no standard; Wikipedia, 'LRC (file format)', on the tag offset.
# Instead: work the offset into the times, by ear, and take the tag out before the file is given to another program.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq pylrc==0.1.2 lemony-lrc-parser==0.5.0 || exit 2

printf '[offset:+500]\n[00:10.00]They are gone.\n[00:12.00]All of them.\n' >a.lrc
ffmpeg -v error -i a.lrc a.srt || exit 2

venv/bin/python - <<'END'
import re
import sys
import lemony_lrc_parser
import pylrc

text = open("a.lrc").read()
by_pylrc = pylrc.parse(text)[0].time
srt = {"ffmpeg": open("a.srt").read(), "lemony": lemony_lrc_parser.loads(text).to_srt()}
found = {"pylrc": by_pylrc} | {
    name: float(re.search(r"00:00:(\d\d,\d\d\d) -->", each)[1].replace(",", ".")) for name, each in srt.items()
}
print(found)
if found != {"pylrc": 10.5, "ffmpeg": 10.0, "lemony": 10.0}:
    sys.exit(f"changed: the line is at {found}")
if "00:00:12,000 --> 00:00:12,000" not in srt["ffmpeg"]:
    sys.exit("changed: ffmpeg's last line has a length")
END
