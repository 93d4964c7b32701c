#!/bin/sh
# What: gettext-parser 10.0.0 and i18next-conv 16.0.0 (npm), catalogues compiled for a site; GNU gettext 0.21 (Debian
#   12) to compare
# Guess: a translation that is marked fuzzy is shown to nobody until somebody has looked at it: that is what the mark is
#   for, and msgfmt leaves it out unless it is told otherwise.
# Does: both take it like any other. What was carried over from a sentence that has since changed, or made by a machine
#   and not read, is on the page, and the mark is not in what is written. There is no option for it.
# Seen: msgfmt: only the message that is not fuzzy; the others: both
# Source: GNU gettext's manual, 'Fuzzy Entries' and msgfmt, '--use-fuzzy'.
# Instead: compile with msgfmt, or take out what has the flag before it is compiled, and count.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
msgfmt --version | head -n 1 || { echo "needs Debian's gettext"; exit 2; }
npm install --prefix . --silent --no-audit --no-fund gettext-parser@10.0.0 i18next-conv@16.0.0 >/dev/null || exit 2

cat > bo.po <<'END'
msgid ""
msgstr ""
"Language: bo\n"
"Content-Type: text/plain; charset=UTF-8\n"

msgid "Open"
msgstr "ཁ་ཕྱེ"

#, fuzzy
#| msgid "Show your name"
msgid "Hide your name"
msgstr "མིང་སྟོན"
END
msgfmt -o bo.mo bo.po

cat > run.mjs <<'END'
import fs from "node:fs";
import parser from "gettext-parser";
import { gettextToI18next } from "i18next-conv";
const ids = (bytes) => Object.keys(parser.mo.parse(bytes).translations[""]).filter(Boolean).join(", ");
const text = fs.readFileSync("bo.po");
const found = {
  msgfmt: ids(fs.readFileSync("bo.mo")),
  parser: ids(parser.mo.compile(parser.po.parse(text))),
  conv: Object.keys(JSON.parse(await gettextToI18next("bo", text))).join(", "),
};
console.log(JSON.stringify(found));
if (found.msgfmt !== "Open") { console.log("changed: msgfmt", found.msgfmt); process.exit(1); }
if (!found.parser.includes("Hide") || !found.conv.includes("Hide")) { console.log("changed:", found); process.exit(1); }
END
node run.mjs
