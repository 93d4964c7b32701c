#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), a stretch of a film with a time code (MOV, MP4,
#   MXF), cut out with -ss, -f segment or the filter trim
# Guess: the time code of a stretch is that of its first picture, be it copied or encoded anew, for ffmpeg knows the
#   time code of the whole and where it cuts; or the stretch has none.
# Does: every stretch says that it begins where the whole began. Pieces of one film made by the segmenter all have the
#   same time code. A list of cuts by time code finds other pictures, and a witness who names the time of the camera
#   is off by all that was cut away before. A clip copied whole is right, so a test with one shows nothing. Nothing is
#   told.
# Seen: 10:00:00:00 at 25, cut at 20 s: copied, encoded, MXF, trimmed and the second piece all 10:00:00:00; the
#   picture is that of 10:00:20:00
# Source: ffmpeg-formats, mov ('write_tmcd'), ffmpeg, -ss and -timecode: neither says that the code stays; SMPTE ST
#   12-1 (a time code names one frame).
# Instead: reckon the time code of the first frame and give it with -timecode; or -write_tmcd 0 and -map_metadata -1,
#   which leave it out; read it back with ffprobe.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
for program in ffmpeg ffprobe; do
  command -v "$program" >/dev/null || { echo "needs $program (Debian package ffmpeg)"; exit 2; }
done
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 || exit 2
newer=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')

of() { ffprobe -v error -show_entries format_tags=timecode:stream_tags=timecode -of csv=p=0 "$1" | tr -d '\n' | grep -o '..:..:..[:;]..' | sort -u; }
for program in ffmpeg "$newer"; do
  "$program" -version | head -1
  run() { "$program" -nostdin -v error -y "$@"; }
  run -f lavfi -i testsrc=size=64x48:rate=25 -t 40 -timecode 10:00:00:00 -c:v mpeg4 -g 10 whole.mov
  run -ss 20 -i whole.mov -c copy copied.mov
  run -ss 20 -i whole.mov encoded.mp4
  run -ss 20 -i whole.mov -c:v mpeg2video encoded.mxf
  run -i whole.mov -vf trim=20,setpts=PTS-STARTPTS trimmed.mov
  run -i whole.mov -f segment -segment_time 20 -reset_timestamps 1 -c copy piece%d.mov
  run -ss 20 -i whole.mov -timecode 10:00:20:00 said.mov
  for name in copied.mov encoded.mp4 encoded.mxf trimmed.mov piece0.mov piece1.mov; do
    echo "$name $(of $name)"
    [ "$(of $name)" = 10:00:00:00 ] || { echo "changed: $name begins at $(of $name)"; exit 1; }
  done
  [ "$(of said.mov)" = 10:00:20:00 ] || { echo "changed: -timecode gives $(of said.mov)"; exit 1; }
  # It is another picture: the first of the stretch is the 501st of the whole, not its first.
  venv/bin/python - <<'EOF'
import subprocess, sys


def grey(name, start):
    made = ["ffmpeg", "-v", "error", "-ss", str(start), "-i", name, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    return subprocess.run(made, capture_output=True, check=True).stdout


def apart(one, other):
    return sum(abs(a - b) for a, b in zip(one, other)) / len(one)


first, same, head = grey("encoded.mp4", 0), grey("whole.mov", 20), grey("whole.mov", 0)
print("from 20 s of the whole:", round(apart(first, same), 1), "from its beginning:", round(apart(first, head), 1))
if apart(first, same) >= apart(first, head):
    sys.exit("changed: the stretch begins with another picture")
EOF
done
