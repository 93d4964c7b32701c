#!/bin/sh
# What: pympi-ling 1.71 (PyPI), transcripts of ELAN (.eaf)
# Guess: a file that ELAN writes with its own kinds of tiers is read as it stands: sentences, words below them that part
#   their time, a gloss below each word. Times that ELAN shows for words whose borders nobody set come with them.
# Does: the tier of glosses is not read at all: a KeyError with the number of an annotation that is in the file. A
#   tier that refers to sentences is read well, so a small test shows nothing. Borders of words that were not set, which
#   ELAN spreads evenly, are None; asking for what stands at a time is a TypeError then.
# Seen: gloss: KeyError('a2'); words: (1000, None, 'one'), (None, 4000, 'two')
# Source: ELAN's manual, 'Stereotypes': Time Subdivision, Symbolic Association; EAF format: TIME_VALUE is optional.
# Instead: read the XML: follow ANNOTATION_REF up to the first ALIGNABLE_ANNOTATION, and spread the slots without a
#   time evenly between those that have one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pympi-ling==1.71 || exit 2

cat > a.eaf <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-06-04T10:00:00+08:00" FORMAT="3.0" VERSION="3.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="4000"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="plain" TIER_ID="sentence"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
 TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>one two</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="parts" PARENT_REF="sentence" TIER_ID="word"><ANNOTATION><ALIGNABLE_ANNOTATION
 ANNOTATION_ID="a2" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>one</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
</ANNOTATION><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>two</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="beside" PARENT_REF="sentence" TIER_ID="translation"><ANNOTATION><REF_ANNOTATION
 ANNOTATION_ID="a4" ANNOTATION_REF="a1"><ANNOTATION_VALUE>eins zwei</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="beside" PARENT_REF="word" TIER_ID="gloss"><ANNOTATION><REF_ANNOTATION
 ANNOTATION_ID="a5" ANNOTATION_REF="a2"><ANNOTATION_VALUE>1</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="plain" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE CONSTRAINTS="Time_Subdivision" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="parts" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="beside" TIME_ALIGNABLE="false"/>
</ANNOTATION_DOCUMENT>
END

venv/bin/python - <<'END'
import sys
from pympi.Elan import Eaf


def read(file, tier):
    try:
        return file.get_annotation_data_for_tier(tier)
    except KeyError as error:
        return repr(error)


file = Eaf("a.eaf")
with open("a.eaf") as text:
    full = text.read().replace('"ts2"/', '"ts2" TIME_VALUE="2000"/')
with open("b.eaf", "w") as text:
    text.write(full)
found = {tier: read(file, tier) for tier in ("sentence", "translation", "word", "gloss")}
timed = read(Eaf("b.eaf"), "gloss")
print(found, "with all times:", timed)
if found["translation"] != [(1000, 4000, "eins zwei", "one two")]:
    sys.exit(f"changed: the tier of translations is {found['translation']}")
if found["word"] != [(1000, None, "one"), (None, 4000, "two")]:
    sys.exit(f"changed: words are {found['word']}")
if found["gloss"] != "KeyError('a2')" or timed != "KeyError('a2')":
    sys.exit(f"changed: glosses are {found['gloss']}, with all times {timed}")
END
