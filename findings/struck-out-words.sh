#!/bin/sh
# What: trafilatura 2.3.1 (PyPI), sanitize-html 2.17.5 (npm)
# Guess: words that a post strikes out are marked in its text, or left out.
# Does: both keep the words and drop the mark, so the text says the opposite of what was meant.
# Seen: 'I did <del>not</del> sign.' → 'I did not sign.'
# Source: HTML Standard, 4.7.2 (del: not part of the document any more) and 4.5.5 (s: no longer accurate).
# Instead: take del and s into your own list, and write them out in plain text ([struck out: …]).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq trafilatura==2.3.1 lxml-html-clean || exit 2

venv/bin/python - <<'END'
import sys
import trafilatura

got = trafilatura.extract(
    "<html><body><article><p>A letter of some length, so that it is taken for the text of the page.</p>"
    "<p>I did <del>not</del> sign the paper that they brought to me that night.</p></article></body></html>")
print(got)
if "I did not sign" not in (got or ""):
    sys.exit(f"changed: trafilatura gives {got!r}")
END

npm install --prefix . --silent --no-audit --no-fund sanitize-html@2.17.5 >/dev/null || exit 2

cat > run.mjs <<'END'
import sanitize from "sanitize-html";
const got = sanitize("<p>I did <del>not</del> sign.</p>");
console.log(got);
if (got !== "<p>I did not sign.</p>") {
  console.log(`changed: sanitize-html gives ${got}`);
  process.exit(1);
}
END
node run.mjs
