#!/bin/sh
# What: jsonld 9.0.0 (npm) and PyLD 3.3.0 (PyPI), JSON-LD made canonical (URDNA2015) to be hashed or signed, as signed
#   credentials and the signatures of some ActivityPub servers are
# Guess: one algorithm, one project, two languages: the same document gives the same lines and the same hash.
# Does: a control character, such as the vertical tab that word processors leave in a post, is an escape in one and
#   stands as it is in the other. A small number such as 0.0000005 is '5.0E-7' in the one and, in the other, the
#   integer 0: its value is not in what is signed at all. Documents without either agree, so a test with plain words and
#   numbers shows nothing.
# Seen: jsonld "\u000B" and "0"^^integer; PyLD the bare character and "5.0E-7"^^double
# Source: RDF Dataset Canonicalization (RDFC-1.0), 5, canonical N-Quads: control characters are written as escapes;
#   JSON-LD API, 8.6: a number with a fraction is an xsd:double.
# Instead: numbers as text, control characters out before anything is signed; name the library beside the signature, and
#   sign bytes where one can.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq PyLD==3.3.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund jsonld@9.0.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import fs from "node:fs";
import jsonld from "jsonld";
const lines = [];
for (const document of JSON.parse(fs.readFileSync("documents.json")))
  lines.push(await jsonld.canonize(document, { algorithm: "URDNA2015", format: "application/n-quads" }));
console.log(JSON.stringify(lines));
END
cat > run.py <<'END'
import json, subprocess, sys
from pyld import jsonld

values = ["words, 文字", 1.5, "one\vtwo", 0.0000005]
documents = [{"@context": {"n": "http://schema.org/text"}, "@id": "urn:a", "n": value} for value in values]
with open("documents.json", "w") as file:
    json.dump(documents, file)
other = json.loads(subprocess.run(["node", "run.mjs"], check=True, capture_output=True).stdout)
own = [jsonld.normalize(one, {"algorithm": "URDNA2015", "format": "application/n-quads"}) for one in documents]
for pair in zip(values, own, other):
    print(*map(repr, pair))
if own[:2] != other[:2]:
    sys.exit("changed: plain words or numbers differ")
if "\v" not in own[2] or "\\u000B" not in other[2]:
    sys.exit("changed: control characters")
if '"5.0E-7"' not in own[3] or '"0"^^<http://www.w3.org/2001/XMLSchema#integer>' not in other[3]:
    sys.exit("changed: small numbers")
END
venv/bin/python run.py
