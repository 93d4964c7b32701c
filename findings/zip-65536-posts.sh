#!/bin/sh
# What: JSZip 3.10.2, fflate 0.8.3, client-zip 2.5.1 (npm) write archives in browsers and Node (EPUB, WACZ, KMZ and exports
#   are such); read with yauzl 3.4.0, node-stream-zip 1.16.0, adm-zip 0.6.1, fflate (npm) and Python's zipfile
# Guess: with 70,000 small files a writer goes over to ZIP64, as client-zip's README promises, or says that it cannot.
# Does: all three write them, say nothing, and count them modulo 65,536, or 65,535 at most: 'how many' has 16 bits, and ZIP64
#   was thought of for large files only, not for many. Readers that walk through the directory (Python, Java) find
#   all 70,000; readers that believe the number, as several of Node's do, find 4,464, and say nothing either. Whoever tests
#   with the one sees the archive whole, and whoever gets it has 6 of 100 posts. fflate does not read what it wrote.
# Seen: fflate's, 70,000 files: zipfile 70000, yauzl 4464, adm-zip 4464, fflate 4464; client-zip's: zipfile 70000, others 65535
# Source: APPNOTE 6.3.10, 4.4.1.4 and 4.4.22 (FFFFh and a ZIP64 record where there are more); fflate issue 229; client-zip's
#   README, 'Compatibility' (Zip64 'when necessary').
# Instead: Python's zipfile or adm-zip 0.6.1, which write ZIP64; fewer, larger files; count after writing with a reader that
#   believes the number.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund jszip@3.10.2 fflate@0.8.3 client-zip@2.5.1 yauzl@3.4.0 \
  node-stream-zip@1.16.0 adm-zip@0.6.1 >/dev/null || exit 2

cat > run.mjs <<'END'
import fs from "fs";
import AdmZip from "adm-zip";
import { downloadZip } from "client-zip";
import { unzipSync, zipSync } from "fflate";
import JSZip from "jszip";
import StreamZip from "node-stream-zip";
import yauzl from "yauzl";

const names = Array.from({ length: 70000 }, (_, number) => `${number}.txt`);
const one = new Uint8Array([65]);
const jszip = new JSZip();
for (const name of names) jszip.file(name, one);
const made = {
  jszip: await jszip.generateAsync({ type: "uint8array" }),
  fflate: zipSync(Object.fromEntries(names.map((name) => [name, [one, { level: 0 }]]))),
  "client-zip": new Uint8Array(await downloadZip(names.map((name) => ({ name, input: one }))).arrayBuffer()),
};
const walk = (name) => new Promise((resolve, reject) => yauzl.open(name, (error, file) => {
  if (error) return reject(error);
  let count = 0;
  file.on("entry", () => count++);
  file.on("error", reject);
  file.on("end", () => resolve(count));
}));
const found = {};
for (const [writer, bytes] of Object.entries(made)) {
  const name = `${writer}.zip`;
  fs.writeFileSync(name, bytes);
  const counts = { yauzl: await walk(name), "adm-zip": new AdmZip(name).getEntries().length };
  counts.fflate = Object.keys(unzipSync(bytes)).length;
  if (writer !== "client-zip") {
    const stream = new StreamZip.async({ file: name });
    counts["node-stream-zip"] = await stream.entriesCount;
    await stream.close();
  }
  found[writer] = counts;
}
fs.writeFileSync("found.json", JSON.stringify(found));
END
node run.mjs || exit 2
python3 - <<'END'
import json, sys, zipfile

with open("found.json") as file:
    found = json.load(file)
for writer, counts in found.items():
    with zipfile.ZipFile(f"{writer}.zip") as archive:
        whole = len(archive.namelist())
    print(writer, "Python:", whole, counts)
    if whole != 70000:
        sys.exit(f"changed: Python finds {whole} in what {writer} wrote")
    wrong = 65535 if writer == "client-zip" else 4464
    if set(counts.values()) != {wrong}:
        sys.exit(f"changed: {writer}: {counts}")
END
