#!/bin/sh
# What: nostr-tools 2.25.2 (npm), nip27.parse: the parts of a note of Nostr, to show it (words, links, hashtags, names)
# Guess: #六四 is a hashtag as #tibet is, and the parts say what it is; an address with Chinese in its path is the address up
#   to the space behind it or the end of the line.
# Does: only Latin letters, digits and the underscore are letters to it. A hashtag in any other script is a hashtag without a
#   word, and its letters are plain text behind it; one with an accent is cut there (#Ürümchi is empty, #café is 'caf'). An
#   address goes on to the next space, ASCII comma or end of the line, through Chinese commas and the words behind them; but
#   if its last character is none of those letters, it is left out: a page called 名单 is looked for as 名.
# Seen: '#六四 now' → hashtag '', text '六四 now'; 'https://example.org/名单' → the link https://example.org/名, text 单
# Source: NIP-24, tag 't': 'a hashtag. The value MUST be a lowercase string', which says nothing of a script; NIP-27; RFC
#   3986, appendix C; its own README, 'Parsing references (mentions) from a content based on NIP-27'.
# Instead: hashtags from the note's own tags ('t'), or by \p{L}, \p{M} and \p{N}; addresses up to the first character that
#   no URI has.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit nostr-tools@2.25.2 > /dev/null || exit 2

cat > parse.mjs <<'END_OF_SCRIPT'
import * as nip27 from "nostr-tools/nip27"

const parts = (note) => [...nip27.parse(note)].map((part) => {
  const value = part.value ?? part.text ?? decodeURI(part.url)
  return value === part.text ? part.text : { [part.type]: value }
})
const notes = {
  "on #tibet now": ["on ", { hashtag: "tibet" }, " now"],
  "on #六四 now": ["on ", { hashtag: "" }, "六四 now"],
  "on #བོད now": ["on ", { hashtag: "" }, "བོད now"],
  "on #Ürümchi now": ["on ", { hashtag: "" }, "Ürümchi now"],
  "at #café now": ["at ", { hashtag: "caf" }, "é now"],
  "见 https://example.org/名单": ["见 ", { url: "https://example.org/名" }, "单"],
  "看https://example.org/a，然后": ["看", { url: "https://example.org/a，然" }, "后"],
}
let changed = ""
for (const [note, expected] of Object.entries(notes)) {
  const found = parts(note)
  console.log(note, JSON.stringify(found))
  if (JSON.stringify(found) !== JSON.stringify(expected)) changed += ` ${note}: ${JSON.stringify(found)}`
}
if (changed) console.log(`changed:${changed}`)
process.exit(changed ? 1 : 0)
END_OF_SCRIPT
node parse.mjs
