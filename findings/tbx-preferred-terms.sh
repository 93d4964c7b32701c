#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI), TBX: its class tbxfile and tbx2po
# Guess: of an entry with several words in a language a reader gives all of them, or the one that is marked as
#   preferred; not one that is marked as not to be used.
# Does: it gives the first of each language, whatever its mark, and says nothing of the others. An entry whose first
#   word is the old one ('deprecated') offers that to every translator, and the good word below it is in no list and
#   no search.
# Seen: 公安 (deprecatedTerm-admn-sts), then 警察 (preferredTerm-admn-sts): target '公安'; 警察 is nowhere in the PO file.
# Source: ISO 30042 (TBX) and TBX-Basic, 'administrativeStatus' (preferredTerm-admn-sts, deprecatedTerm-admn-sts); a
#   langSet has one or more tig.
# Instead: put the preferred word first in each language when a TBX file is written, leave out the forbidden ones in a
#   file for others, and count terms in what comes back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 || exit 2

cat > a.tbx <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<martif type="TBX" xml:lang="en"><martifHeader><fileDesc><sourceDesc><p>words</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="c1">
<langSet xml:lang="en"><tig><term>police</term></tig></langSet>
<langSet xml:lang="zh-CN">
<tig><term>公安</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
<tig><term>警察</term><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig>
</langSet></termEntry></body></text></martif>
END
venv/bin/tbx2po --progress=none a.tbx a.po >/dev/null
tail -n 5 a.po
venv/bin/python - <<'END'
import sys
from translate.storage.tbx import tbxfile

(unit,) = tbxfile.parsefile("a.tbx").units
print(unit.source, unit.target, unit.getnotes())
if unit.source != "police" or unit.target != "公安":
    sys.exit(f"changed: the entry is {unit.source!r}, {unit.target!r}")
if "警察" in open("a.po", encoding="utf-8").read():
    sys.exit("changed: the preferred word is in the PO file")
END
