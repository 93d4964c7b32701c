#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), the language of a track of subtitles in MP4, QuickTime
#   and Matroska
# Guess: '-metadata:s:s:0 language=…' writes the language, in whatever of the usual forms: bo, bod, tib, zh-Hant; a form
#   that a container does not know is told, and one that MP4 takes, QuickTime (.mov), its elder brother, takes as well.
# Does: in MP4 only words of three letters stay; 'bo', 'ug', 'zh' and 'zh-Hant' are gone, and the track has no language. In
#   .mov only those of a list of Apple's from the nineties stay, which has 'tib' and 'chi' and not 'bod' and 'zho'; so the
#   one form that the standards of today ask for (ISO 639-2/T) is the one that is lost. Matroska keeps every word as it is,
#   also those that it may not have. No message, exit code 0; a player shows 'Unknown'.
# Seen: bo: mp4 '', mov '', mkv 'bo'; bod: mp4 'bod', mov '', mkv 'bod'; tib: 'tib' in all three; zh-Hant: mkv alone
# Source: ffmpeg's libavformat/isom.c, ff_mov_iso639_to_lang and mov_mdhd_language_map; ISO/IEC 14496-12, mdhd (three
#   letters of ISO 639-2/T); Matroska, Language (ISO 639-2/B) and LanguageBCP47.
# Instead: 'tib', 'chi', 'uig' for .mov, 'bod', 'zho', 'uig' for MP4; which script it is goes into the track's title; look with
#   ffprobe at what was written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 || exit 2
new=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$new" -version | head -n 1

printf '1\n00:00:00,100 --> 00:00:00,900\nx\n' > a.srt
ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 a.mp4
cat > expected.txt <<'END'
bo mp4= mov= mkv=bo
bod mp4=bod mov= mkv=bod
tib mp4=tib mov=tib mkv=tib
ug mp4= mov= mkv=ug
uig mp4=uig mov=uig mkv=uig
zho mp4=zho mov= mkv=zho
chi mp4=chi mov=chi mkv=chi
zh-Hant mp4= mov= mkv=zh-Hant
END
for program in ffmpeg "$new"; do
  for language in bo bod tib ug uig zho chi zh-Hant; do
    line=$language
    for form in mp4 mov mkv; do
      kind=mov_text
      [ $form != mkv ] || kind=srt
      "$program" -nostdin -loglevel warning -y -i a.mp4 -i a.srt -map 0 -map 1 -c:v copy -c:s $kind \
        -metadata:s:s:0 "language=$language" "b.$form" 2>> told.txt
      read=$(ffprobe -v error -select_streams s -show_entries stream_tags=language -of csv=p=0 "b.$form")
      line="$line $form=$read"
    done
    echo "$line"
  done > found.txt
  echo "$program" | sed 's|.*/||'
  cat found.txt
  cmp -s expected.txt found.txt || { echo "changed: $(diff expected.txt found.txt | tr '\n' ' ')"; exit 1; }
done
if grep -i language told.txt; then echo 'changed: it says something'; exit 1; fi
