#!/bin/sh
# What: jieba 0.42.1 (PyPI), words of Chinese text, as for a search; its analyzer for Whoosh (whoosh 2.7.4)
# Guess: what is not Chinese is left in the words that its spaces make, as English is: 'Tenzin' is one word.
# Does: only Chinese, ASCII letters and digits are known. All else falls into single characters: an Uyghur or Russian word
#   into its letters, a Tibetan syllable into consonants, vowel signs and dots, 'Ürümchi' into four pieces. The analyzer
#   then throws single characters away that are not Chinese: a post in Uyghur or Tibetan has nothing in the index.
# Seen: 'ئۈرۈمچى' 7 words of one letter; 'Ürümchi' Ü, r, ü, mchi; of both languages the analyzer gives none.
# Source: jieba's README, features ('cut the sentence into the most accurate segmentations'); Unicode UAX #29, 4, words.
# Instead: cut at the change of script first, and give jieba only what is Chinese.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq jieba==0.42.1 whoosh==2.7.4 'setuptools<81' || exit 2

venv/bin/python -W ignore - <<'END'
import sys
import jieba
from jieba.analyse import ChineseAnalyzer

jieba.setLogLevel(60)
words = {text: jieba.lcut(text) for text in ("北京的Tenzin说", "ئۈرۈمچى", "Урумчи", "བོད་མི", "Ürümchi")}
kept = {text: [token.text for token in ChineseAnalyzer()(text)] for text in ("北京的同学", "ئۈرۈمچى شەھىرى", "བོད་མི་ལྷ་ས།")}
print(words, kept)
if words["北京的Tenzin说"] != ["北京", "的", "Tenzin", "说"] or "北京" not in kept["北京的同学"]:
    sys.exit(f"changed: Chinese: {words}, {kept}")
for text in ("ئۈرۈمچى", "Урумчи", "བོད་མི"):
    if words[text] != list(text):
        sys.exit(f"changed: {text} is {words[text]}")
if words["Ürümchi"] != ["Ü", "r", "ü", "mchi"]:
    sys.exit(f"changed: {words['Ürümchi']}")
if kept["ئۈرۈمچى شەھىرى"] or kept["བོད་མི་ལྷ་ས།"]:
    sys.exit(f"changed: the analyzer keeps {kept}")
END
