#!/bin/sh
# What: cffconvert 2.0.0 (PyPI), how a report or data set is to be cited (CITATION.cff), made into other forms; pybtex
#   0.26.1 (PyPI) and citation-js 0.7.22 (npm) read the BibTeX
# Guess: an author that is an entity (name) and no person stays one: braced in BibTeX, an Organization in schema.org.
# Does: the name stands in BibTeX without braces, where 'and' parts authors: the 'Centre for Truth and
#   Memory' is two people, with the family names Truth and Memory. In schema.org and CodeMeta it is a
#   Person. In its APA form a Chinese given name is cut to its first character with a full stop. Nothing is said, and
#   'cffconvert --validate' calls the file valid.
# Seen: author = {Centre for Truth and Memory and 王, 小明}: three authors; @type Person; '王 小.'
# Source: Citation File Format 1.2.0, schema guide, definitions.entity; BibTeX's manual (btxdoc), 4: a name of an
#   organization is put in braces; schema.org, author: Organization or Person.
# Instead: write the BibTeX by hand with {{…}}, or change it after converting; type the author yourself in schema.org.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq cffconvert==2.0.0 pybtex==0.26.1 || exit 2
npm install --prefix . --silent --no-audit --no-fund citation-js@0.7.22 >/dev/null || exit 2

cat > CITATION.cff <<'END'
cff-version: 1.2.0
message: cite as follows
title: Report
type: dataset
authors:
  - name: Centre for Truth and Memory
  - family-names: 王
    given-names: 小明
date-released: 2024-06-04
END
venv/bin/cffconvert --validate
for form in bibtex schema.org apalike; do venv/bin/cffconvert -f $form > a.$form; done
cat a.bibtex a.apalike
cat > run.cjs <<'END'
const Cite = require("citation-js");
const authors = new Cite(require("fs").readFileSync("a.bibtex", "utf8")).data[0].author;
console.log(JSON.stringify(authors.map((one) => one.family ?? one.literal)));
END
node run.cjs > authors.json
venv/bin/python - <<'END'
import json, sys
from pybtex.database import parse_file

people = [" ".join(one.last_names) for one in next(iter(parse_file("a.bibtex", "bibtex").entries.values())).persons["author"]]
also = json.load(open("authors.json"))
kinds = [one["@type"] for one in json.load(open("a.schema.org"))["author"]]
short = open("a.apalike").read()
print(people, also, kinds)
if len(people) != 3 or "Memory" not in people or len(also) != 3 or "Memory" not in also:
    sys.exit(f"changed: authors are {people}, {also}")
if kinds != ["Person", "Person"]:
    sys.exit(f"changed: kinds are {kinds}")
if "王 小." not in short:
    sys.exit(f"changed: {short}")
END
