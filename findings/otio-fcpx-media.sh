#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-fcpx-xml-adapter 1.0.0 (PyPI), XML of Final Cut Pro (FCPXML)
# Guess: the adapter reads what Final Cut writes today as it reads what it wrote in 2018, or says that it does not
#   know the version.
# Does: since version 1.9 the file of an asset stands in an element inside it (media-rep) and no longer in its
#   attribute src. Such a timeline is read without a word, with all clips, names and times, and every clip has lost
#   its file: a list of what footage a film is made of is empty.
# Seen: FCPXML 1.8: ExternalReference file:///card/a.mov; the same in 1.10: MissingReference.
# Source: Apple, FCPXML Reference, 'asset' and 'Document Type Definition' (1.10: media-rep has src, asset has none).
# Instead: read src of media-rep with an XML parser, by the ref of each clip, or before reading write it into the
#   asset; count the clips without a file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-fcpx-xml-adapter==1.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import opentimelineio as otio

FILE = "file:///card/a.mov"
ASSETS = {
    "1.8": f'<asset id="r2" name="a" start="0s" duration="60s" hasVideo="1" format="r1" src="{FILE}"/>',
    "1.10": '<asset id="r2" name="a" start="0s" duration="60s" hasVideo="1" format="r1">'
    f'<media-rep kind="original-media" src="{FILE}"/></asset>',
}


def clip_of(version):
    (clip,) = otio.adapters.read_from_string(
        f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="{version}"><resources>
        <format id="r1" name="FFVideoFormat1080p25" frameDuration="100/2500s" width="1920" height="1080"/>
        {ASSETS[version]}</resources><library><event name="day"><project name="film">
        <sequence format="r1" duration="4s" tcStart="0s" tcFormat="NDF"><spine>
        <asset-clip ref="r2" name="a" offset="0s" start="10s" duration="4s" tcFormat="NDF"/>
        </spine></sequence></project></event></library></fcpxml>""",
        "fcpx_xml",
    ).find_clips()
    return clip


old, new = clip_of("1.8"), clip_of("1.10")
for clip in (old, new):
    print(clip.name, clip.source_range.duration, type(clip.media_reference).__name__)
if getattr(old.media_reference, "target_url", None) != FILE or old.source_range != new.source_range:
    sys.exit("changed: the file of the older version is not read, or the times differ")
if not new.media_reference.is_missing_reference:
    sys.exit(f"changed: the file of the newer version is {new.media_reference}")
END
