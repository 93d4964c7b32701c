#!/bin/sh
# What: @retorquere/bibtex-parser 9.0.29 (npm), references (BibTeX) as the programs of libraries and of scholars give
#   them out; pybtex 0.26.1 (PyPI) to compare
# Guess: a title is what stands in the field; a style may change its letters when it is printed.
# Does: on reading, every capital of a title goes but the first and those of abbreviations: names of places, peoples,
#   papers and offices in it are common words. It takes any entry for English that names no language. Only braces keep
#   a capital, and many programs write none. Titles of entries in another language, and all other fields, stay.
# Seen: 'The Lhasa Papers: A Report on Tibet and the PLA' → 'The lhasa papers: a report on tibet and the PLA'; with
#   langid tibetan as written
# Source: its types (ParseOptions, english and sentenceCase: on unless it is false, by heuristics; its README does not
#   speak of it); biblatex's manual, langid; Citation Style Language 1.0.2, text-case (it is the style that changes
#   letters).
# Instead: parse(…, { sentenceCase: false }), and compare titles letter for letter after reading.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pybtex==0.26.1 || exit 2
npm install --prefix . --silent --no-audit --no-fund @retorquere/bibtex-parser@9.0.29 >/dev/null || exit 2

cat > a.bib <<'END'
@book{one, title={The Lhasa Papers: A Report on Tibet and the PLA}, author={王, 小明}, year={2008}}
@book{two, title={The Lhasa Papers: A Report on Tibet}, langid={tibetan}, year={2008}}
@book{three, title={The {Lhasa} Papers}, year={2008}}
END
cat > run.mjs <<'END'
import fs from "fs";
import { parse } from "@retorquere/bibtex-parser";
const text = fs.readFileSync("a.bib", "utf8");
const titles = (options) => parse(text, options).entries.map((one) => one.fields.title);
const [got, off] = [titles({}), titles({ sentenceCase: false })];
console.log(got, off);
const expected = "The lhasa papers: a report on tibet and the PLA|The Lhasa Papers: A Report on Tibet|";
if (!got.join("|").startsWith(expected) || !got[2].includes("Lhasa")) {
  console.log(`changed: ${JSON.stringify(got)}`);
  process.exit(1);
}
if (off[0] !== "The Lhasa Papers: A Report on Tibet and the PLA") {
  console.log(`changed: without sentence case ${JSON.stringify(off)}`);
  process.exit(1);
}
END
node run.mjs
venv/bin/python - <<'END'
import sys
from pybtex.database import parse_file

title = parse_file("a.bib").entries["one"].fields["title"]
print("pybtex:", title)
if title != "The Lhasa Papers: A Report on Tibet and the PLA":
    sys.exit(f"changed: pybtex has {title}")
END
