#!/bin/sh
# What: ipfs-car 3.1.0 and ipfs-unixfs-importer 17.1.1 (npm, the latter with the defaults of IPFS's own nodes), the address (CID)
#   of a folder of many small files
# Guess: the address is that of the content: two makers with the same kind of hash give a folder of small files one address;
#   if their defaults differ, they differ for all, and a test shows it.
# Does: to 1,000 files they agree to the letter. From 1,001 to some thousands they do not: ipfs-car parts a folder by the number
#   of its entries, the other by the bytes that their names and addresses take (256 KiB). With more files both part it, and
#   agree again. Files of some megabytes differ as well, by the size of the pieces. Who looks whether a mirror has the same
#   folder sees another address with the same files in it, for some sizes of folder only.
# Seen: 900 files: one address; 1,100 files: two; 6,000 files: one
# Source: ipfs-unixfs-importer's options, shardSplitThresholdBytes (256 KiB); ipfs-car's unixfs.js, SHARD_THRESHOLD (1000 entries).
# Instead: write the maker, its version and settings beside an address; compare files by their own hashes; fewer than 1,000 in
#   a folder.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund ipfs-car@3.1.0 ipfs-unixfs-importer@17.1.1 blockstore-core@7.0.1 \
  >/dev/null || exit 2

cat > run.mjs <<'END'
import { MemoryBlockstore } from "blockstore-core/memory";
import { createDirectoryEncoderStream } from "ipfs-car";
import { importer } from "ipfs-unixfs-importer";

async function one(files) {
  let last;
  for await (const entry of importer(files, new MemoryBlockstore(), { wrapWithDirectory: true })) last = entry;
  return last.cid.toString();
}

async function other(files) {
  let last;
  const made = createDirectoryEncoderStream(
    files.map(({ path, content }) => ({ name: path, stream: () => new Blob([content]).stream() })));
  await made.pipeTo(new WritableStream({ write: (block) => { last = block; } }));
  return last.cid.toString();
}

for (const [count, alike] of [[900, true], [1000, true], [1001, false], [1100, false], [6000, true]]) {
  const files = Array.from({ length: count }, (_, number) => ({
    path: `${number}.txt`, content: new TextEncoder().encode(`x${number}`) }));
  const found = [await one(files), await other(files)];
  console.log(count, ...found);
  if ((found[0] === found[1]) !== alike) {
    console.log(`changed: ${count} files: ${found}`);
    process.exit(1);
  }
}
END
node run.mjs
