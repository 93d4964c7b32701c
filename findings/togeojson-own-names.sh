#!/bin/sh
# What: @tmcw/togeojson 7.1.3 with @xmldom/xmldom 0.8.10 (npm), places in KML made into GeoJSON
# Guess: the name of a placemark is its property 'name', and its description 'description'; what a table added to it
#   (ExtendedData) stands beside them.
# Does: both are properties of one object and the table's come last: a column called 'name' or 'description' takes the place of
#   what the map shows, without a word. Maps made from a table of reports have such columns (the name of who reported, say): the
#   place's own name is lost, and the person's stands on the map of whoever reads the GeoJSON. The readable name of a column
#   (displayName) is not kept either.
# Seen: Placemark 'Old bridge', with a column name = 'Dolma (who told)': properties.name is 'Dolma (who told)'
# Source: OGC KML 2.3, elements of a Feature: name and ExtendedData stand beside each other; its README, 'name &
#   description'.
# Instead: read the children of the Placemark yourself, and keep ExtendedData in an object of its own; look for the same key in
#   both before a map is converted.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --silent --no-fund --no-audit @tmcw/togeojson@7.1.3 @xmldom/xmldom@0.8.10 > /dev/null || exit 2

cat > read.mjs <<'END_OF_SCRIPT'
import { kml } from "@tmcw/togeojson"
import { DOMParser } from "@xmldom/xmldom"

const place = (data) => `<Placemark><name>Old bridge</name><description>shelled</description>${data}<Point><coordinates>
91.1,29.6</coordinates></Point></Placemark>`
const data = (name, value) => `<ExtendedData><Data name="${name}"><displayName>Who told</displayName><value>${value}</value>
</Data></ExtendedData>`
const text = `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>${place("")}
${place(data("name", "Dolma (who told)"))}${place(data("description", "call first"))}${place(data("source", "Dolma"))}
</Document></kml>`
const found = kml(new DOMParser().parseFromString(text, "text/xml")).features.map((each) => each.properties)
console.log(found)
const wanted = [["Old bridge", "shelled"], ["Dolma (who told)", "shelled"], ["Old bridge", "call first"], ["Old bridge", "shelled"]]
if (JSON.stringify(found.map((each) => [each.name, each.description])) !== JSON.stringify(wanted)) {
  console.log("changed: names and descriptions")
  process.exit(1)
}
if (JSON.stringify(found).includes("Who told")) {
  console.log("changed: the readable name of a column is kept")
  process.exit(1)
}
END_OF_SCRIPT
node read.mjs
