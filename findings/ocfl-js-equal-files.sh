#!/bin/sh
# What: @ocfl/ocfl-fs 0.2.2 (npm), a folder put into an object of the Oxford Common File Layout (OCFL 1.1); checked with
#   ocfl-py 2.1.0 (PyPI)
# Guess: the object is valid. Of two files with the same content one is kept, as the layout proposes, or both are, and the
#   inventory names what is there.
# Does: both are laid down, and the inventory names one of them. Files in an object that no inventory names make it invalid,
#   and a check of the archive fails from the first day, though nothing is lost. Two empty files, or a picture that lies in
#   two folders, suffice; without such a pair objects are valid.
# Seen: 'INVALID', E023a: one or more files that are not mentioned in the root inventory manifest (v1/content/a.txt)
# Source: OCFL 1.1, 'Manifest', and of its validation codes E023: every file within a version's content directory must be
#   referenced in the manifest.
# Instead: ocfl-py, or rocfl; check each object with another program before the original is let go.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit @ocfl/ocfl-fs@0.2.2 > /dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq ocfl-py==2.1.0 || exit 2

mkdir different equal
printf a > different/a.txt
printf b > different/b.txt
printf a > equal/a.txt
printf a > equal/b.txt

cat > keep.js <<'END_OF_SCRIPT'
const ocfl = require("@ocfl/ocfl-fs")

async function main() {
  for (const name of ["different", "equal"]) {
    const storage = ocfl.storage({ root: `${name}-root`, workspace: `${name}-work`, layout: { extensionName: "0002-flat-direct-storage-layout" } })
    await storage.create()
    await storage.object(name).import(name)
  }
}
main()
END_OF_SCRIPT
mkdir different-root equal-root
node keep.js

changed=""
for name in different equal; do
  said=$(venv/bin/python venv/bin/ocfl-object.py validate --objdir "$name-root/$name" 2>&1 || true)
  echo "$said" | grep -E 'E[0-9]|VALID'
  find "$name-root/$name/v1/content" -type f | sort
  tr -d ' \n' < "$name-root/$name/inventory.json" | grep -o '"manifest":{[^}]*}'
  case "$name: $said" in
    different:*E0*) changed="$changed different" ;;
    different:*'is VALID'*) ;;
    equal:*E023a*'is INVALID'*) ;;
    *) changed="$changed $name" ;;
  esac
done
[ -z "$changed" ] || { echo "changed:$changed"; exit 1; }
