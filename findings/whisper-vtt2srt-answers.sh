#!/bin/sh
# What: whisper-vtt2srt 0.1.2 (PyPI), captions of speech recognition (WebVTT) made into SubRip, 'with professional cleaning'
# Guess: what is cleaned is what machines make twice, the lines that roll up; what was said, and what was heard, stays.
# Does: a caption with the words of the one before is taken for an echo, whatever their times: of two answers 'No.' the second
#   is gone, and the next question stands there unanswered. What stands in square brackets is taken out too: shots,
#   [unclear], and with it the whole caption if there is nothing else, in any script; what stands in round brackets stays.
#   '&amp;' is left as it is, which SubRip shows to the letter. The numbers run on, nothing is reported.
# Seen: of six captions four: without the second 'No.', without [枪声] and [unclear]; '&amp;'
# Source: its help: --keep-sound-descriptions ([Music], [Applause]), --no-karaoke; WebVTT, 'WebVTT cue text' (&amp;).
# Instead: with --no-karaoke --keep-sound-descriptions all six are there; count the captions before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq whisper-vtt2srt==0.1.2 || exit 2

cat > a.vtt <<'END'
WEBVTT

00:00:01.000 --> 00:00:02.000
[枪声] 别开枪

00:00:03.000 --> 00:00:04.000
No.

00:00:09.000 --> 00:00:10.000
No.

00:00:12.000 --> 00:00:13.000
(shots) He &amp; she fell.

00:00:15.000 --> 00:00:16.000
[unclear]

00:00:20.000 --> 00:00:21.000
Why?
END
venv/bin/whisper-vtt2srt a.vtt a.srt > /dev/null || exit 2
venv/bin/whisper-vtt2srt --no-karaoke --keep-sound-descriptions a.vtt all.srt > /dev/null || exit 2
cat a.srt
count() { grep -c -- '-->' "$1"; }
echo "captions: $(count a.vtt), made: $(count a.srt), with both options: $(count all.srt)"
[ "$(count all.srt)" = 6 ] || { echo "changed: $(count all.srt) captions with both options"; exit 1; }
grep -q '枪声' all.srt || { echo 'changed: brackets with both options'; exit 1; }
[ "$(grep -c '^No\.$' a.srt)" = 1 ] || { echo "changed: 'No.' is there $(grep -c '^No\.$' a.srt) times"; exit 1; }
if grep -q -e '枪声' -e unclear a.srt; then echo 'changed: what stands in brackets is there'; exit 1; fi
grep -q '(shots) He &amp; she' a.srt || { echo 'changed: round brackets, or the ampersand'; exit 1; }
