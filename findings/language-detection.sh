#!/bin/sh
# What: langdetect 1.0.9, lingua-language-detector 2.1.1 (PyPI)
# Guess: a detector that does not know a language says so, or is unsure; Chinese it knows in both scripts.
# Does: Uyghur is Arabic with certainty in both; a sentence in traditional Chinese is Korean to langdetect, with the
#   same certainty.
# Seen: ug → ar (langdetect 0.99999…, lingua 1.0); 他們在天安門廣場 → ko 0.99999….
# Source: READMEs: zh-tw is among langdetect's languages; Uyghur is in neither list, and what is not listed can only
#   be taken for what is.
# Instead: take the language from the feed, the account or a person; a detector that lists Uyghur (franc) only to
#   compare.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq langdetect==1.0.9 lingua-language-detector==2.1.1 || exit 2

venv/bin/python - <<'END'
import sys
import langdetect
from lingua import Language, LanguageDetectorBuilder

langdetect.DetectorFactory.seed = 0
uyghur = "ئۇ كەلدى، سەن قەيەردە ئىدىڭ؟ بىز سېنى ساقلىدۇق."
for text, expected in ((uyghur, "ar"), ("他們在天安門廣場", "ko")):
    best = langdetect.detect_langs(text)[0]
    print(text, best)
    if best.lang != expected or best.prob < 0.99:
        sys.exit(f"changed: langdetect says {best} of {text}")
detector = LanguageDetectorBuilder.from_languages(
    Language.ARABIC, Language.PERSIAN, Language.URDU, Language.CHINESE, Language.ENGLISH, Language.KAZAKH).build()
best = detector.compute_language_confidence_values(uyghur)[0]
print(best.language.name, best.value)
if best.language != Language.ARABIC or best.value < 0.9:
    sys.exit(f"changed: lingua says {best}")
END
