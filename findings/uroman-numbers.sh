#!/bin/sh
# What: uroman 1.3.1.1 (PyPI), any script into Latin letters, as search by sound and matching of names use it
# Guess: it writes what is spoken, roughly: 张三 'zhangsan', 九寨沟 'jiuzhaigou'; only real numbers become digits.
# Does: every Chinese numeral becomes digits, wherever it stands, and neighbours are added or multiplied: names and
#   places have digits in them, 'in case' (万一) is 11000, and 'the first' di1. So no search for the spelling on a
#   passport or a map finds them. Only 万 in front of another word is left alone. And Uyghur without lcode='uig' has a
#   'ye' for each vowel that begins a word or syllable (ئا is 'yea'); with it, it is read well. lcode='zho' changes
#   nothing.
# Seen: 张三 zhang3, 丁一 ding1, 九寨沟 9zhaigou, 三峡 3xia, 四川 4chuan, 千岛 1000dao, 万一 11000, 第一 di1; ئۇيغۇر yeuyghur / uyghur
# Source: uroman's README: 'converts digital numbers in various scripts to Western Arabic numerals'.
# Instead: pypinyin for Chinese; name the language always; never a digit in a name: look for those before it is used.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq uroman==1.3.1.1 || exit 2

venv/bin/python - <<'END'
import sys
import uroman

latin = uroman.Uroman()
words = {
    "王小明": "wangxiaoming", "张三": "zhang3", "丁一": "ding1", "九寨沟": "9zhaigou", "三峡": "3xia",
    "四川": "4chuan", "千岛": "1000dao", "万一": "11000", "第一": "di1", "一千二百人": "1200ren",
}
for word, expected in words.items():
    got = (latin.romanize_string(word), latin.romanize_string(word, lcode="zho"))
    print(word, *got)
    if got != (expected, expected):
        sys.exit(f"changed: {word} is {got}")
for word, without, named in (("ئۇيغۇر", "yeuyghur", "uyghur"), ("ئا", "yea", "a")):
    got = (latin.romanize_string(word), latin.romanize_string(word, lcode="uig"))
    print(word, *got)
    if got != (without, named):
        sys.exit(f"changed: {word} is {got}")
END
