#!/bin/sh
# What: gcoord 1.0.7, coordtransform 2.1.2 (npm): places of Chinese maps (GCJ-02, which are moved by some hundred
#   metres) turned into places of the satellites (WGS 84), and back
# Guess: a place outside China comes back as it is: both libraries ask first whether a place is in China.
# Does: 'in China' is a rectangle (72° to 138° east and 1° to 56° north in one, 74° to 135° and 4° to 54° in the other).
#   Dharamsala and Kathmandu lie in both and are moved as Lhasa is, though no map shows them moved: a place that
#   was right is now a few streets away, and stays plausible.
# Seen: Dharamsala, India: moved by 391 m in both; Kathmandu, Nepal: 452 m; Tokyo: 0 m.
# Source: hujiulong/gcoord, issues 26 and 44, and wandergis/coordtransform, issue 13, where both makers answer that it is
#   a rough rectangle; neither README says so.
# Instead: convert only what is known to come from a Chinese map, and only inside a border of your own; keep the
#   numbers as they came.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund gcoord@1.0.7 coordtransform@2.1.2 >/dev/null || exit 2

cat > run.cjs <<'END'
const gcoord = require("gcoord");
const coordtransform = require("coordtransform");

function metres([lng, lat], [otherLng, otherLat]) {
  const degree = 111195;
  return Math.round(Math.hypot((otherLat - lat) * degree, (otherLng - lng) * degree * Math.cos((lat * Math.PI) / 180)));
}

const places = {
  Lhasa: [91.11, 29.65],
  Dharamsala: [76.3234, 32.219],
  Kathmandu: [85.324, 27.7172],
  Tokyo: [139.7, 35.7],
};
const moved = {};
for (const [name, place] of Object.entries(places)) {
  moved[name] = [
    metres(place, gcoord.transform(place, gcoord.GCJ02, gcoord.WGS84)),
    metres(place, coordtransform.gcj02towgs84(...place)),
  ];
}
console.log(JSON.stringify(moved));
if (moved.Tokyo.some((distance) => distance !== 0) || moved.Lhasa.some((distance) => distance < 200)) {
  console.log("changed: Lhasa is not moved, or Tokyo is");
  process.exit(1);
}
if ([...moved.Dharamsala, ...moved.Kathmandu].some((distance) => distance < 200)) {
  console.log(`changed: Dharamsala and Kathmandu are moved by ${moved.Dharamsala} and ${moved.Kathmandu} m`);
  process.exit(1);
}
END
node run.cjs
