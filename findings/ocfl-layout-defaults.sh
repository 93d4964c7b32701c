#!/bin/sh
# What: @ocfl/ocfl-fs 0.2.2 (npm) makes the store, ocfl-py 2.1.0 (PyPI) reads it; OCFL with the layout 0003 (hashed
#   and by identifier)
# Guess: a store that one library makes with the settings that the layout has by itself can be listed and validated by
#   another that knows the layout.
# Does: the settings may be left out, and the first leaves them out; the second wants each of them and refuses the
#   store with an error of its own. Each object alone it finds valid.
# Seen: config.json {"extensionName": "0003-…"}: LayoutException: digestAlgorithm parameter must be specified; written
#   out, the same store is listed.
# Source: OCFL Community Extensions, 0003, 'Parameters' (defaults sha256, 3, 3) and 'Example 1' (none need be written).
# Instead: write digestAlgorithm, tupleSize and numberOfTuples into config.json of every store, though they are the
#   defaults.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @ocfl/ocfl-fs@0.2.2 >/dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq ocfl-py==2.1.0 || exit 2

mkdir content
echo words > content/a.txt
cat > run.cjs <<'END'
const ocfl = require("@ocfl/ocfl-fs");
(async () => {
  const layout = { extensionName: "0003-hash-and-id-n-tuple-storage-layout" };
  const store = ocfl.storage({ root: "store", workspace: "work", layout });
  await store.create();
  await store.object("urn:example:1").import("content");
})();
END
node run.cjs
config=store/extensions/0003-hash-and-id-n-tuple-storage-layout/config.json
cat $config; echo
grep -q digestAlgorithm $config && { echo 'changed: the settings are written out'; exit 1; }
object=$(dirname "$(find store -name '0=ocfl_object_*')")
venv/bin/python venv/bin/ocfl-validate.py "$object" > object.txt
tail -n 1 object.txt
grep -q 'is VALID' object.txt || { echo 'changed: the object is not valid'; exit 1; }
venv/bin/python venv/bin/ocfl-root.py list --root store > list.txt 2>&1 \
  && { echo 'changed: the store is listed'; exit 1; }
tail -n 1 list.txt
grep -q 'digestAlgorithm parameter must be specified' list.txt || { echo 'changed: another error'; exit 1; }
cat > $config <<'END'
{"extensionName": "0003-hash-and-id-n-tuple-storage-layout",
 "digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3}
END
venv/bin/python venv/bin/ocfl-root.py list --root store 2>&1 | grep -q 'urn:example:1' \
  || { echo 'changed: with the settings written out the store is not listed'; exit 1; }
