#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-fcp-adapter 1.0.0 and otio-cmx3600-adapter 1.0.0 (PyPI), Final Cut Pro 7 XML
# Guess: a clip that the editor switched off (enabled FALSE) is off after reading: a clip in OpenTimelineIO has
#   'enabled', and the writer of edit decision lists leaves such clips out.
# Does: every clip is read as enabled, and what the XML says is only kept as text in metadata['fcp_xml']; so the list
#   made of the XML has the clip that was taken out, and it is in the film again. XML in, XML out, it stays off: that
#   test shows nothing. The other way round, enabled=False is not written: without the element a clip is shown. Nothing
#   is said.
# Seen: three clips, the middle one off: three events; made in the library: two events, and an XML without 'FALSE'.
# Source: Final Cut Pro XML Interchange Format, Elements: 'enabled' (clipitem; default TRUE); OpenTimelineIO,
#   Clip.enabled (false: the clip is muted or hidden); its issue 483.
# Instead: set clip.enabled from clip.metadata['fcp_xml']['enabled'] after reading, write it there before writing, and
#   count the events of what is written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq opentimelineio==0.18.1 otio-fcp-adapter==1.0.0 otio-cmx3600-adapter==1.0.0 || exit 2

venv/bin/python -W ignore - <<'END'
import re, sys
import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
CLIP = (
    '<clipitem id="{name}"><name>{name}</name><enabled>{enabled}</enabled><duration>250</duration>' + RATE +
    "<start>{start}</start><end>{end}</end><in>0</in><out>50</out>"
    '<file id="f-{name}"><name>{name}.mov</name><pathurl>file://localhost/card/{name}.mov</pathurl>' + RATE +
    "<duration>250</duration><media><video/></media></file></clipitem>"
)
clips = (("street", "TRUE"), ("face", "FALSE"), ("square", "TRUE"))
track = "".join(
    CLIP.format(name=name, enabled=enabled, start=50 * number, end=50 * number + 50)
    for number, (name, enabled) in enumerate(clips)
)
xml = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE xmeml><xmeml version="5"><sequence id="film"><name>film</name>'
    f"<duration>150</duration>{RATE}<media><video><track>{track}</track></video></media></sequence></xmeml>"
)


def events(timeline):
    return re.findall(r"FROM CLIP NAME:\s+(\w+)", otio.adapters.write_to_string(timeline, "cmx_3600"))


read = otio.adapters.read_from_string(xml, "fcp_xml")
print({clip.name: clip.enabled for clip in read.find_clips()}, events(read))

made = otio.schema.Timeline("film", tracks=[otio.schema.Track("V", kind=otio.schema.TrackKind.Video)])
for name, enabled in clips:
    source = otio.schema.ExternalReference(f"file:///card/{name}.mov", TimeRange(RationalTime(0, 25), RationalTime(250, 25)))
    clip = otio.schema.Clip(name, source, TimeRange(RationalTime(0, 25), RationalTime(50, 25)))
    clip.enabled = enabled == "TRUE"
    made.tracks[0].append(clip)
written = otio.adapters.write_to_string(made, "fcp_xml")
print(events(made), re.findall(r"<enabled>\w+", written))
if events(made) != ["street", "square"]:
    sys.exit(f"changed: the list of a timeline with a clip off has {events(made)}")
if events(read) != ["street", "face", "square"]:
    sys.exit(f"changed: the list of what was read has {events(read)}")
if "FALSE</enabled>" in written:
    sys.exit("changed: the XML says that the clip is off")
again = re.findall(r"<enabled>(\w+)", otio.adapters.write_to_string(read, "fcp_xml"))
kept = [clip.metadata["fcp_xml"]["enabled"] for clip in read.find_clips()]
if (again, kept) != (["TRUE", "FALSE", "TRUE"],) * 2:
    sys.exit(f"changed: the XML of what was read has {again}, its metadata {kept}")
for clip in read.find_clips():
    clip.enabled = clip.metadata["fcp_xml"]["enabled"] == "TRUE"
for clip in made.find_clips():
    clip.metadata["fcp_xml"] = {"enabled": str(clip.enabled).upper()}
mended = events(read), re.findall(r"<enabled>(\w+)", otio.adapters.write_to_string(made, "fcp_xml"))
if mended != (["street", "square"], kept):
    sys.exit(f"changed: with the metadata {mended}")
END
