#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI) copy a Matroska film with subtitles in simplified and in
#   traditional Chinese, as mkvmerge 74 (MKVToolNix, Debian 12) wrote it
# Guess: from Matroska to Matroska with '-c copy' nothing of a track is lost, and ffprobe tells the language that the file has.
# Does: Matroska has the language of a track twice: in three letters, and in the words of today (zh-Hans, zh-Hant, bo). ffmpeg
#   reads the old one alone and writes the old one alone: both tracks are 'chi' afterwards, and no player can tell which is
#   for readers in Taiwan. ffprobe says 'chi' of both already before; mkvmerge shows the difference. No message; ffmpeg 9
#   does the same.
# Seen: before zh-Hans, zh-Hant, bo; after chi, chi, tib
# Source: RFC 9559 (Matroska), LanguageBCP47: where it is there, Language is to be ignored; MKVToolNix' documentation,
#   '--language'.
# Instead: name the script in the track's title as well, which ffmpeg keeps; or cut and join with mkvmerge.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
command -v mkvmerge >/dev/null || { echo 'needs mkvmerge (Debian package mkvtoolnix)'; exit 2; }
ffmpeg -version | head -n 1
mkvmerge --version
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 || exit 2
new=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$new" -version | head -n 1

printf '1\n00:00:00,100 --> 00:00:00,900\nx\n' > a.srt
ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 a.mp4
mkvmerge -q -o before.mkv a.mp4 --language 0:zh-Hans a.srt --language 0:zh-Hant a.srt --language 0:bo a.srt || exit 2
cat > languages.py <<'END'
import json, subprocess, sys

shown = json.loads(subprocess.run(["mkvmerge", "-J", sys.argv[1]], capture_output=True, check=True).stdout)
words = [one["properties"] for one in shown["tracks"] if one["type"] == "subtitles"]
print(*(one.get("language_ietf", one["language"]) for one in words))
END
before=$(python3 languages.py before.mkv)
probed=$(ffprobe -v error -select_streams s -show_entries stream_tags=language -of csv=p=0 before.mkv | tr '\n' ' ')
echo "before: $before; ffprobe: $probed"
[ "$before" = 'zh-Hans zh-Hant bo' ] || { echo 'changed: mkvmerge'; exit 1; }
[ "$probed" = 'chi chi tib ' ] || { echo "changed: ffprobe says $probed"; exit 1; }
for program in ffmpeg "$new"; do
  "$program" -nostdin -loglevel warning -y -i before.mkv -map 0 -c copy after.mkv || exit 2
  after=$(python3 languages.py after.mkv)
  echo "after: $after"
  [ "$after" = 'chi chi tib' ] || { echo "changed: $after"; exit 1; }
done
