#!/bin/sh
# What: pylangacq 0.23.0 with rustling 0.9.0 (PyPI), transcripts of CHAT (.cha) made into files of ELAN (.eaf) and SubRip
# Guess: what to_elan_files() writes can be opened: it is XML, the times are time slots, and the marks of time of CHAT are
#   taken out of the text, as in to_srt_files().
# Does: the marks stay in the text, with the control character (U+0015) in which CHAT puts them: XML may have none, so no
#   parser takes the file, ELAN's neither. A transcript without times is written well, and the library itself reads all
#   that it writes, so a test shows nothing. SubRip is well-formed; utterances without times are left out of it, without
#   a word.
# Seen: 'not well-formed (invalid token)'; of three utterances SubRip has two
# Source: XML 1.0, 2.2 (Char: of the control characters only tab and line breaks); CHAT manual, 'Media Linking'
#   (U+0015 around the times).
# Instead: take every U+0015 with what is between two of them out of the annotations before the file is kept, and parse
#   it; count utterances and captions.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pylangacq==0.23.0 rustling==0.9.0 || exit 2

venv/bin/python - <<'END'
import os, re, sys
import xml.etree.ElementTree as xml
import pylangacq
from rustling.elan import ELAN

TEXT = """@UTF8
@Begin
@Languages:\teng
@Participants:\tWIT Witness, INT Investigator
@ID:\teng|x|WIT|||||Witness|||
@ID:\teng|x|INT|||||Investigator|||
@Media:\ttalk, audio
*INT:\twhat happened then ? \x150_2100\x15
*WIT:\tthey took him . \x152100_5400\x15
*WIT:\tat night .
@End
"""


def made(text):
    with open("talk.cha", "w", encoding="utf-8") as file:
        file.write(text)
    talk = pylangacq.read_chat("talk.cha")
    os.makedirs("out", exist_ok=True)
    talk.to_elan_files("out")
    with open("out/talk.eaf", "rb") as file:
        written = file.read()
    try:
        xml.fromstring(written)
        error = None
    except xml.ParseError as found:
        error = str(found)
    own = len(dict(ELAN.from_files(["out/talk.eaf"]).tiers()[0]))
    return written.count(b"\x15"), error, own, talk.to_srt_strs()[0]


timed = made(TEXT)
plain = made(re.sub(" \x15[^\x15]*\x15", "", TEXT))
captions = timed[3].count("-->")
print("with times:", timed[:3], "without:", plain[:3], "captions:", captions)
if plain[:3] != (0, None, 2) or "\x15" in timed[3]:
    sys.exit(f"changed: without times {plain[:3]}, or SubRip has the marks")
if timed[0] != 4 or "not well-formed" not in (timed[1] or "") or timed[2] != 2 or captions != 2:
    sys.exit(f"changed: {timed[:3]}, captions: {captions}")
END
