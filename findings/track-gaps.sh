#!/bin/sh
# What: gpxparser 3.0.8, @we-gold/gpxjs 1.2.0, @tmcw/togeojson 7.1.3 (npm), fastkml 1.4.0, to compare gpxpy 1.6.2 (PyPI):
#   tracks (GPX, KML) of a receiver that lost its satellites for a while
# Guess: a gap stays a gap: GPX begins a new segment after it, KML writes an empty place for each time without one, and a
#   reader leaves that out, or says so.
# Does: the first two put all segments into one line: the way between the last place before the gap and the first behind
#   it was never recorded, is drawn, and counted (112 km for 2). gpxjs writes null for a height that is missing, which
#   GeoJSON does not know, and leaves all times out of it. Of KML's empty places togeojson makes [null] in the middle of the
#   line, which maps refuse, and fastkml raises a TypeError that names nothing. togeojson keeps the segments of GPX apart.
# Seen: gpxparser 112306 m, gpxjs 112306 m, gpxpy 2226 m; KML: [[91.1,29.6,3650],[null],[91.2,29.7,3651]], TypeError
# Source: GPX 1.1 schema, trkseg (a new one where reception was lost); KML 2.3 (OGC 12-007r2), gx:Track (an empty coord
#   for a time without a place); RFC 7946, 3.1.1 (a position is of numbers).
# Instead: gpxpy, or segments from the XML yourself; take empty coord elements out of KML together with their when, before
#   it is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq gpxpy==1.6.2 fastkml==1.4.0 lxml || exit 2
npm install --prefix . --silent --no-audit --no-fund gpxparser@3.0.8 @we-gold/gpxjs@1.2.0 @tmcw/togeojson@7.1.3 \
  @xmldom/xmldom@0.9.12 >/dev/null || exit 2

cat > a.gpx <<'END'
<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk>
<trkseg><trkpt lat="29.65" lon="91.13"><ele>3650</ele><time>2024-06-04T01:00:00Z</time></trkpt>
<trkpt lat="29.66" lon="91.13"><time>2024-06-04T01:10:00Z</time></trkpt></trkseg>
<trkseg><trkpt lat="30.65" lon="91.13"><ele>3700</ele><time>2024-06-04T03:00:00Z</time></trkpt>
<trkpt lat="30.66" lon="91.13"><ele>3700</ele><time>2024-06-04T03:10:00Z</time></trkpt></trkseg></trk></gpx>
END
cat > a.kml <<'END'
<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<Placemark><gx:Track><when>2024-06-04T01:00:00Z</when><when>2024-06-04T01:01:00Z</when><when>2024-06-04T01:02:00Z</when>
<gx:coord>91.1 29.6 3650</gx:coord><gx:coord/><gx:coord>91.2 29.7 3651</gx:coord></gx:Track></Placemark></Document></kml>
END
cat > run.mjs <<'END'
import fs from "fs";
import GpxParser from "gpxparser";
import { parseGPXWithCustomParser } from "@we-gold/gpxjs";
import { gpx, kml } from "@tmcw/togeojson";
import { DOMParser } from "@xmldom/xmldom";

const text = fs.readFileSync("a.gpx", "utf8");
const parse = (xml) => new DOMParser().parseFromString(xml, "text/xml");
const first = new GpxParser();
first.parse(text);
const [second] = parseGPXWithCustomParser(text, parse);
const metres = [first.tracks[0].distance.total, second.tracks[0].distance.total].map(Math.floor);
const json = JSON.stringify(second.toGeoJSON());
const third = gpx(parse(text)).features[0].geometry.coordinates.length;
const track = JSON.stringify(kml(parse(fs.readFileSync("a.kml", "utf8"))).features[0].geometry.coordinates);
console.log("metres:", metres, "togeojson:", third, "segments; KML:", track);
console.log(json);
if (third !== 2) {
  console.log("changed: togeojson no longer keeps segments apart");
  process.exit(1);
}
if (metres.some((metre) => metre !== 112306) || !json.includes("29.66,null]") || json.includes("01:10")) {
  console.log("changed: GPX");
  process.exit(1);
}
if (track !== "[[91.1,29.6,3650],[null],[91.2,29.7,3651]]") {
  console.log("changed: KML");
  process.exit(1);
}
END
node run.mjs
venv/bin/python -W ignore - <<'END'
import sys
import fastkml, gpxpy

with open("a.gpx") as file:
    metres = int(gpxpy.parse(file).length_2d())
with open("a.kml") as file:
    text = file.read()
fastkml.KML.from_string(text.replace("<when>2024-06-04T01:01:00Z</when>", "").replace("<gx:coord/>", ""))
try:
    fastkml.KML.from_string(text)
    error = None
except TypeError as found:
    error = str(found)
print("gpxpy:", metres, "fastkml:", error)
if metres != 2226:
    sys.exit(f"changed: gpxpy {metres}")
if error is None:
    sys.exit("changed: fastkml reads an empty place")
END
