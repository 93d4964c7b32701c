#!/bin/sh
# What: gopro-telemetry 1.2.11 (npm), what the sensors of a GoPro wrote into its film (GPMF)
# Guess: a camera that was just switched on has a clock of its own, often years behind, until it has a fix. The time
#   of each record is known from the first one with a fix, for all of them lie on one axis; or GPSFix, which leaves out
#   places without a fix, leaves out their times too.
# Does: each second goes by what the receiver said: the movements of the first seconds are years too old, also with
#   GPSFix. With timeIn 'GPS' what lies between the last second without a fix and the first with one is spread over the
#   years between: records of one second in a film of a few are dated 2016, 2019, 2023, and their place in the film
#   (cts) is years behind its end. No record says so.
# Seen: film of five seconds, fix from the third on: first movement 2015-10-18; with timeIn 'GPS' 18 places and 200
#   movements over eight years, cts 272354524944 ms at the last
# Source: its readme, options: timeIn 'GPS' or 'MP4', GPSFix filters 'GPS samples'; GPMF, GPSF (0 no lock) and
#   GPSU.
# Instead: take the time of the first record with fix 3, and reckon all others from its cts and theirs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund gopro-telemetry@1.2.11 >/dev/null || exit 2

cat > run.cjs <<'END'
const whole = require("gopro-telemetry");
const read = whole.GoProTelemetry || whole;

function item(key, type, size, repeat, data) {
  const head = Buffer.alloc(8);
  head.write(key, 0, "latin1");
  head.write(type, 4, "latin1");
  head[5] = size;
  head.writeUInt16BE(repeat, 6);
  return Buffer.concat([head, data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}
const text = (key, words) => item(key, "c", 1, words.length, Buffer.from(words, "latin1"));
function numbers(key, type, width, rows) {
  const flat = rows.flat(), data = Buffer.alloc(width * flat.length);
  flat.forEach((n, i) => (type === "s" ? data.writeInt16BE(n, 2 * i) : type === "S" ? data.writeUInt16BE(n, 2 * i)
    : type === "L" ? data.writeUInt32BE(n, 4 * i) : data.writeInt32BE(n, 4 * i)));
  return item(key, type, width * rows[0].length, rows.length, data);
}
function group(key, parts) {
  const data = Buffer.concat(parts);
  return item(key, "\0", 1, data.length, data);
}
function second(n) {
  const fixed = n > 1;
  const clock = fixed ? `24060406021${n}.000` : `15101800001${n}.000`;
  return group("DEVC", [
    numbers("DVID", "L", 4, [[1]]),
    text("DVNM", "Hero7 Black"),
    group("STRM", [numbers("TSMP", "L", 4, [[200 * n + 200]]), text("STNM", "Accelerometer"),
      numbers("SCAL", "s", 2, [[417]]), numbers("ACCL", "s", 2, Array(200).fill([4170, 0, 417]))]),
    group("STRM", [numbers("TSMP", "L", 4, [[18 * n + 18]]), text("STNM", "GPS"), numbers("GPSF", "L", 4, [[fixed ? 3 : 0]]),
      item("GPSU", "U", 16, 1, Buffer.from(clock)), numbers("GPSP", "S", 2, [[fixed ? 150 : 9999]]),
      numbers("SCAL", "l", 4, [[1e7], [1e7], [1000], [1000], [100]]),
      numbers("GPS5", "l", 4, Array(18).fill([296500000, 911300000, 3650000, 1000, 100]))]),
  ]);
}
const seconds = [0, 1, 2, 3, 4];
const film = {
  rawData: Buffer.concat(seconds.map(second)),
  timing: { videoDuration: 5, frameDuration: 0.04, start: new Date("2024-06-04T14:02:10Z"),
    samples: seconds.map((n) => ({ cts: 1000 * n, duration: 1000 })) },
};
const year = (sample) => new Date(sample.date).getUTCFullYear();
(async () => {
  const streams = async (options) => (await read(film, options))[1].streams;
  const plain = await streams({ GPSFix: 3 });
  const spread = await streams({ timeIn: "GPS" });
  const found = {
    places: plain.GPS5.samples.length, first: plain.ACCL.samples[0].date, last: plain.ACCL.samples.at(-1).date,
    years: [...new Set(spread.GPS5.samples.map(year))], end: spread.GPS5.samples.at(-1).cts,
  };
  console.log(JSON.stringify(found));
  const changed = (words) => { console.log("changed:", words); process.exit(1); };
  if (found.places !== 54 || new Date(found.last).toISOString().slice(0, 19) !== "2024-06-04T06:02:14") changed("with a fix");
  if (year(plain.ACCL.samples[0]) !== 2015) changed(`the first movement is of ${found.first}`);
  if (found.years.length < 9 || found.end < 1e11) changed(`timeIn GPS: ${found.years}, ${found.end}`);
})();
END
node run.cjs
