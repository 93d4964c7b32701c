#!/bin/sh
# What: whisper_normalizer 0.1.15 (PyPI; Whisper's own normalizer, by which its figures are made), with jiwer 4.0.0 (PyPI):
#   how many words of a transcript are wrong
# Guess: the basic normalizer, which is for every language but English, takes punctuation and case away and leaves words.
# Does: all marks (category M) become spaces, and Tibetan vowel signs and subjoined letters are marks: bare consonants are left,
#   each a word. 'The man died' and 'the fire died' are the same to it, and a transcript with every vowel wrong has no error at
#   all; one that is to be told apart by such figures is not. Without the normalizer one wrong vowel in a line makes the whole
#   line wrong, since Tibetan has no spaces between words. Hindi suffers the same; Chinese and Uyghur come out whole.
# Seen: 'མི་ཤི་སོང་།' and 'མེ་ཤི་སོང་།' are both 'མ ཤ ས ང '; word error rate 0.0, without the normalizer 1.0
# Source: its README ('text standardization/normalization' for ASR); Whisper's paper, appendix C, says it for languages other
#   than English: characters in categories M, S and P are replaced by a space.
# Instead: NFC, take the dots between syllables and other punctuation (category P) for spaces, keep category M, and count
#   syllables, as below; say beside each figure how it was counted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq whisper_normalizer==0.1.15 jiwer==4.0.0 || exit 2

venv/bin/python - <<'END_OF_SCRIPT'
import sys
import unicodedata

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer

normal = BasicTextNormalizer()
said, heard = "མི་ཤི་སོང་།", "མེ་ཤི་སོང་།"  # the man died; the fire died


def syllables(text):
    kept = (" " if unicodedata.category(each)[0] == "P" else each for each in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


for text in (said, heard, "拉萨，三月。", "ئۇ كەلدى"):
    print(text, "→", repr(normal(text)))
rates = [jiwer.wer(how(said), how(heard)) for how in (normal, str, syllables)]
print("word error rate, normalized, as it stands, by syllables:", rates)
if normal(said) != normal(heard) or rates[0] != 0 or rates[1] != 1:
    sys.exit(f"changed: {normal(said)!r}, {normal(heard)!r}, {rates}")
if round(rates[2], 3) != 0.333 or normal("拉萨，三月。").split() != ["拉萨", "三月"] or normal("ئۇ كەلدى") != "ئۇ كەلدى":
    sys.exit(f"changed: by syllables {rates[2]}, or Chinese or Uyghur")
END_OF_SCRIPT
