#!/bin/sh
# What: ro-crate 3.7.2 (npm), to compare rocrate 0.16.0 (PyPI); names and descriptions in several languages in an
#   RO-Crate
# Guess: a name with its language, as JSON-LD writes it, is read and written as it was; a library that does not know
#   the form leaves it alone.
# Does: the one of npm takes it for a thing of its own, gives it a number and drops the words: the name of the crate
#   is a reference to 'entity-1', which is nowhere in the file it writes. All languages are lost. The one of PyPI
#   keeps the words and drops the languages. Plain names come through in both.
# Seen: [{"@value": "证据", "@language": "zh"}, {"@value": …, "@language": "bo"}] → [{"@id": "entity-1"}, {"@id":
#   "entity-2"}]; rocrate: ["证据", …].
# Source: JSON-LD 1.0 and 1.1, 'String Internationalization'; RO-Crate 1.1, 'RO-Crate Metadata File' (it is JSON-LD 1.0,
#   flattened and compacted).
# Instead: plain names in one language, the others as entities of their own with inLanguage; compare a crate with what
#   it was before a program has saved it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund ro-crate@3.7.2 >/dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq rocrate==0.16.0 || exit 2

mkdir crate
cat > crate/ro-crate-metadata.json <<'END'
{"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [
  {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"},
   "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}},
  {"@id": "./", "@type": "Dataset", "datePublished": "2024-06-04", "description": "plain",
   "name": [{"@value": "证据", "@language": "zh"}, {"@value": "བདེན་དཔང", "@language": "bo"}]}
]}
END
cat > run.cjs <<'END'
const fs = require("fs");
const { ROCrate } = require("ro-crate");
const crate = new ROCrate(JSON.parse(fs.readFileSync("crate/ro-crate-metadata.json", "utf8")));
const written = JSON.stringify(crate.toJSON());
const root = JSON.parse(written)["@graph"].find((entity) => entity["@id"] === "./");
console.log(JSON.stringify(root));
if (root.description !== "plain") {
  console.log("changed: the plain description is another");
  process.exit(1);
}
if (written.includes("证据") || JSON.stringify(root.name) !== '[{"@id":"entity-1"},{"@id":"entity-2"}]') {
  console.log(`changed: the name is ${JSON.stringify(root.name)}`);
  process.exit(1);
}
END
node run.cjs
venv/bin/python - <<'END'
import json, sys
from rocrate.rocrate import ROCrate

ROCrate("crate").write("again")
with open("again/ro-crate-metadata.json", encoding="utf-8") as file:
    (root,) = [entity for entity in json.load(file)["@graph"] if entity["@id"] == "./"]
print(root["name"])
if root["name"] != ["证据", "བདེན་དཔང"]:
    sys.exit(f"changed: rocrate writes {root['name']}")
END
