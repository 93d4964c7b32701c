#!/bin/sh
# What: ass2srt 0.0.5 (PyPI), bilingual subtitles (.ass, two lines a caption) to SubRip, with --line 2: the second language
# Guess: a caption that has one line only, because nobody translated it, is empty or left out, or has that line.
# Does: it has the second line of the caption before it: the translation of what was said earlier stands under the time of
#   what was said now. If it is the first of all, an error is raised. Where every caption has two lines all is right, so a
#   test with such a file shows nothing.
# Seen: '他们走了 / They left', then '不，他没有' alone ('no, he did not'): 'They left' twice
# Source: ass2srt's help, -l ('keep double subtitles'); SubStation Alpha, \N is a line break within a caption.
# Instead: look for captions without \N first; with --line 0 both lines stay and none is repeated.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ass2srt==0.0.5 || exit 2

cat > a.ass <<'END'
[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,他们走了\NThey left
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,不，他没有
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,谁？\NWho?
END
venv/bin/ass2srt --line 2 --suffix en a.ass >/dev/null || exit 2
venv/bin/ass2srt --suffix zh a.ass >/dev/null || exit 2
cat a.en.srt
[ "$(grep -c 'They left' a.en.srt)" = 2 ] || { echo "changed: 'They left' is there $(grep -c 'They left' a.en.srt) times"; exit 1; }
[ "$(grep -c -- '-->' a.en.srt)" = 3 ] || { echo 'changed: the number of captions'; exit 1; }
if grep -q '不，他没有' a.en.srt; then echo 'changed: a caption of one line is kept as it is'; exit 1; fi
[ "$(grep -c 'They left' a.zh.srt)" = 1 ] || { echo 'changed: both lines'; exit 1; }
