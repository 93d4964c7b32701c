#!/bin/sh
# What: exiftool 12.57, ffmpeg 5.1 (Debian 12), QuickTime
# Guess: exiftool's TimeCode is the time code at which a clip begins.
# Does: it is the number of the track that holds the time code (a track reference); the time code itself is not among
#   the tags.
# Seen: TimeCode: 2; ffprobe: timecode 10:00:00:00.
# Source: QuickTime File Format, 'Track reference atoms' (tmcd) and 'Timecode media'; ExifTool tag names, QuickTime
#   TrackRef.
# Instead: take time codes from ffprobe or PyAV (stream metadata timecode).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
exiftool -ver

ffmpeg -loglevel error -f lavfi -i testsrc=size=64x64:rate=25:duration=1 -timecode 10:00:00:00 a.mov
said=$(exiftool -s3 -TimeCode a.mov)
real=$(ffprobe -v error -select_streams v -show_entries stream_tags=timecode -of csv=p=0 a.mov)
echo "$said, $real"
[ "$said" = 2 ] || { echo "changed: TimeCode is $said"; exit 1; }
[ "$real" = 10:00:00:00 ] || { echo "changed: ffprobe says $real"; exit 1; }
