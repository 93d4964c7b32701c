#!/bin/sh
# What: OpenCC 1.4.2 (PyPI) and opencc-js 1.4.2 (npm), s2t
# Guess: the dictionaries of phrases turn simplified into traditional text without harm to everyday words and to
#   names.
# Does: surnames that are written the same in both scripts are changed into other words (余 → 餘 'rest', 范 → 範 'model'),
#   and 'the hair is dry' becomes 'the hair did'.
# Seen: 余小明 → 餘小明, 姓范 → 姓範, 头发干了 → 頭髮幹了; 范阳 stays 范陽. Both implementations agree.
# Source: Unicode Unihan kSimplifiedVariant/kTraditionalVariant: 余 and 范 are also traditional forms, used as surnames.
# Instead: convert to search, never to publish unseen; keep names from the list of people as they were written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenCC==1.4.2 || exit 2

venv/bin/python - <<'END'
import sys
import opencc

convert = opencc.OpenCC("s2t").convert
for text, expected in (("余小明", "餘小明"), ("姓范", "姓範"), ("头发干了", "頭髮幹了"), ("范阳", "范陽")):
    got = convert(text)
    print(text, got)
    if got != expected:
        sys.exit(f"changed: {text} gives {got}")
END

npm install --prefix . --silent --no-audit --no-fund opencc-js@1.4.2 >/dev/null || exit 2

cat > run.mjs <<'END'
import * as OpenCC from "opencc-js";
const convert = OpenCC.Converter({ from: "cn", to: "t" });
const got = ["余小明", "姓范", "头发干了"].map(convert).join(" ");
console.log(got);
if (got !== "餘小明 姓範 頭髮幹了") {
  console.log(`changed: opencc-js gives ${got}`);
  process.exit(1);
}
END
node run.mjs
