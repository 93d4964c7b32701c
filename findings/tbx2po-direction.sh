#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI), tbx2po, a list of terms (TBX) made into a catalogue
# Guess: which language is the source is told by the xml:lang of the file and of each term; the order in which the
#   languages of an entry stand means nothing.
# Does: whatever stands first in an entry is the source, the second the translation, entry by entry. An editor of terms
#   who began some entries in Tibetan gets a catalogue that has English in both columns, without a message. The
#   library's own units (tbxfile) do the same until both languages are set. Of several terms for one language the first
#   is taken, be it marked as deprecated.
# Seen: without languages: 'བོད' → 'Tibet'; with -l bo --source-language en: 'Tibet' → 'བོད'
# Source: ISO 30042, langSet: xml:lang names the language; their order is free; tbx2po --help: the two options are 'set
#   target language code' and 'set source language code', neither is required (tbx2tmx requires one).
# Instead: give both, always, and look whether the sources are in one script.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 || exit 2

cat > a.tbx <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<martif type="TBX" xml:lang="en"><text><body>
<termEntry id="t1"><langSet xml:lang="en"><tig><term>work</term></tig></langSet>
<langSet xml:lang="bo"><tig><term>བྱ་བ་རྙིང་པ</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
<tig><term>ལས་ཀ</term><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig></langSet></termEntry>
<termEntry id="t2"><langSet xml:lang="bo"><tig><term>བོད</term></tig></langSet>
<langSet xml:lang="en"><tig><term>Tibet</term></tig></langSet></termEntry>
</body></text></martif>
END
venv/bin/tbx2po --progress=none a.tbx plain.po
venv/bin/tbx2po --progress=none -l bo --source-language en a.tbx named.po
venv/bin/pip install -qq polib==1.2.0 || exit 2

venv/bin/python - <<'END'
import sys
import polib

plain, named = ([(part.msgid, part.msgstr) for part in polib.pofile(name)] for name in ("plain.po", "named.po"))
print("plain", plain, "named", named)
if named[1] != ("Tibet", "བོད"):
    sys.exit(f"changed: with both languages named {named}")
if plain[1] != ("བོད", "Tibet") or plain[0] != ("work", "བྱ་བ་རྙིང་པ"):
    sys.exit(f"changed: {plain}")
END
