#!/bin/sh
# What: create-torrent 6.1.3 (npm, by which WebTorrent makes torrents), a torrent of a published site; read with
#   parse-torrent 11.0.24 (npm)
# Guess: a torrent of a folder holds what is in the folder. 'remove hidden and other junk files' is an option, on unless
#   filterJunkFiles is false.
# Does: files and folders of a disk whose names begin with a dot are left out whatever the option says: it is asked only
#   after the folder has been read without them. So the folder .well-known, where keys, signatures and proofs of a site
#   stand (RFC 8615), is not in the copy that travels, nor .htaccess and .nojekyll; the copy cannot be checked against
#   the site. Nothing is told.
# Seen: with false as with true: index.html and zh/list.html, of four files
# Source: create-torrent, README, 'filterJunkFiles: Boolean, // remove hidden and other junk files? (default = true)'.
# Instead: torf or libtorrent, and compare the list of files with the folder.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit create-torrent@6.1.3 parse-torrent@11.0.24 > /dev/null || exit 2

mkdir -p site/.well-known site/zh
echo key > site/.well-known/key.txt
echo rules > site/zh/.htaccess
echo page > site/index.html
echo page > site/zh/list.html

cat > make.mjs <<'END_OF_SCRIPT'
import { promisify } from "node:util"
import create from "create-torrent"
import parse from "parse-torrent"

for (const filterJunkFiles of [false, true]) {
  const torrent = await parse(await promisify(create)("site", { filterJunkFiles, announceList: [] }))
  const names = torrent.files.map((file) => file.path).sort()
  console.log(filterJunkFiles, names)
  if (names.join() !== "site/index.html,site/zh/list.html") {
    console.log("changed: the files")
    process.exit(1)
  }
}
END_OF_SCRIPT
node make.mjs
