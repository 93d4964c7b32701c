#!/bin/sh
# What: pympi-ling 1.71 (PyPI), a transcript of ELAN (.eaf, format 3.0) with a controlled vocabulary in several languages
# Guess: what is read and written again without a change is the same, or what could not be kept is told.
# Does: the words of the annotations stay and the vocabulary too, but not what ties them (CVE_REF): in ELAN an entry that is
#   renamed, or shown in another language, changes none of the annotations any more, and those that were coded before
#   and after look alike. The file says that it is of format 3.0 and names the schema of 2.8.
# Seen: CVE_REF 1 → 0, CV_ENTRY_ML 2 → 2; VERSION="3.0" … EAFv2.8.xsd
# Source: EAF format 3.0, 'REF_ANNOTATION': CVE_REF; ELAN's manual, 'Editing a controlled vocabulary' (changes of an entry are
#   applied to the annotations that refer to it).
# Instead: change the XML itself (lxml), and leave what you do not know as it is.
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
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="3000"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="said" TIER_ID="tx"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1"
 TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>They are gone.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="code" PARENT_REF="tx" TIER_ID="gesture"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a2"
 ANNOTATION_REF="a1" CVE_REF="cveid1"><ANNOTATION_VALUE>nod</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="said" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" CONTROLLED_VOCABULARY_REF="gestures" GRAPHIC_REFERENCES="false"
 LINGUISTIC_TYPE_ID="code" TIME_ALIGNABLE="false"/>
<LANGUAGE LANG_DEF="http://cdb.iso.org/lg/CDB-00138502-001" LANG_ID="eng" LANG_LABEL="English (eng)"/>
<CONTROLLED_VOCABULARY CV_ID="gestures"><DESCRIPTION LANG_REF="eng"/><CV_ENTRY_ML CVE_ID="cveid1"><CVE_VALUE DESCRIPTION=""
 LANG_REF="eng">nod</CVE_VALUE></CV_ENTRY_ML></CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
END

venv/bin/python - <<'END'
import re, sys, warnings
from pympi.Elan import Eaf

warnings.simplefilter("ignore")
Eaf("a.eaf").to_file("b.eaf")
with open("a.eaf") as before, open("b.eaf") as after:
    old, new = before.read(), after.read()
found = {word: (old.count(word), new.count(word)) for word in ("CVE_REF", "<CV_ENTRY_ML", ">nod<")}
schema, version = re.search(r"EAFv[0-9.]*", new)[0].rstrip("."), re.search(r' VERSION="([^"]*)"', new)[1]
print(found, version, schema)
if found != {"CVE_REF": (1, 0), "<CV_ENTRY_ML": (1, 1), ">nod<": (2, 2)} or (version, schema) != ("3.0", "EAFv2.8"):
    sys.exit(f"changed: {found}, {version}, {schema}")
END
