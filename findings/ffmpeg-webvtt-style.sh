#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), WebVTT with a STYLE or REGION block, as editors for
#   the web write it to colour voices or to set captions at the top
# Guess: the block is left out, as SubRip and MP4 have no such thing; the captions come through, as they do with a NOTE.
# Does: 5.1 ends reading at the block. It has to stand in front of all captions, so there is none: the SubRip file is empty,
#   the track in the film too, and the status is 0; 'Output file is empty' is told as a warning, which '-v error' hides.
#   With a NOTE, head lines, names of cues and settings all are read, and 9.0.2 reads all: the same command at two desks.
# Seen: two captions behind 'STYLE ::cue { … }': 5.1 none, 9.0.2 both; REGION likewise; NOTE both in both
# Source: WebVTT, 4.1: a file body is style, region and comment blocks, then cues; FFmpeg, ticket 9064, jellyfin-ffmpeg,
#   issue 207.
# Instead: take STYLE and REGION blocks out first; count '-->' before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'ffmpeg is missing'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 || exit 2
new=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
ffmpeg -version | head -n 1
"$new" -version | head -n 1

captions='00:00:01.000 --> 00:00:02.000\nOne\n\n00:00:03.000 --> 00:00:04.000\nTwo\n'
printf 'WEBVTT\n\nSTYLE\n::cue { color: yellow }\n\n%b' "$captions" > style.vtt
printf 'WEBVTT\n\nREGION\nid:top\n\n%b' "$captions" > region.vtt
printf 'WEBVTT\nKind: captions\n\nNOTE checked\n\n%b' "$captions" > note.vtt
for block in style region note; do
  ffmpeg -v error -y -i "$block.vtt" old.srt || { echo "changed: $block ends with $?"; exit 1; }
  "$new" -v error -y -i "$block.vtt" new.srt || { echo "changed: $block ends with $? (new)"; exit 1; }
  old=$(grep -c -- '-->' old.srt || true)
  echo "$block: $old, $(grep -c -- '-->' new.srt)"
  [ "$(grep -c -- '-->' new.srt)" = 2 ] || { echo "changed: $block in the new one"; exit 1; }
  case "$block $old" in
    'style 0' | 'region 0' | 'note 2') ;;
    *) echo "changed: $block, $old captions"; exit 1 ;;
  esac
done
