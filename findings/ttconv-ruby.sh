#!/bin/sh
# What: ttconv 1.2.3 (PyPI), IMSC (TTML) to SubRip and WebVTT
# Guess: of a word with its reading over it (ruby: pinyin, kana) the word stays in the line, with the reading behind it or
#   without; WebVTT has <ruby> for both.
# Does: the word and its reading are both left out, without a message: a hole in the sentence. Where people help the reader,
#   with names and rare words, the name is what is missing.
# Seen: '他在拉萨。' with 'lāsà' over the place is '他在。' in .srt and .vtt.
# Source: IMSC 1.1, 8.4.7, tts:ruby; WebVTT, 'WebVTT cue ruby span'.
# Instead: take span elements with tts:ruby of text and delimiter out, and the others' attribute away, before converting.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ttconv==1.2.3 || exit 2

cat > a.ttml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="zh">
<head><layout><region xml:id="r" tts:origin="10% 10%" tts:extent="80% 80%"/></layout></head>
<body><div region="r">
<p begin="1s" end="2s">他在<span tts:ruby="container"><span tts:ruby="base">拉萨</span><span tts:ruby="text">lāsà</span></span>。</p>
<p begin="3s" end="4s">他在<span tts:color="yellow">拉萨</span>。</p>
</div></body></tt>
END
for form in srt vtt; do
  venv/bin/tt convert -i a.ttml -o a.$form >/dev/null 2>&1 || { echo "changed: .$form: the file is refused"; exit 1; }
  cat a.$form
  [ "$(grep -c '他在' a.$form)" = 2 ] || { echo "changed: .$form: the captions"; exit 1; }
  grep -q '拉萨' a.$form || { echo "changed: .$form: the word without a reading is gone"; exit 1; }
  grep -q '^他在。$' a.$form || { echo "changed: .$form: the word with its reading"; exit 1; }
  ! grep -q 'lāsà' a.$form || { echo "changed: .$form: the reading"; exit 1; }
done
