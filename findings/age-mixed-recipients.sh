#!/bin/sh
# What: age-encryption 0.3.1 (npm)
# Guess: as in the age of Go, a file for a post-quantum and a classic recipient is refused: it would be only as strong
#   as the classic one.
# Does: it writes both stanzas, without a word.
# Seen: '-> X25519 …' and '-> mlkem768x25519 …' in one header.
# Source: age specification (C2SP), 'Hybrid recipients' and labels: a recipient of this kind is not to be mixed with
#   others.
# Instead: look at all recipients before a file is sealed, and refuse the mixture yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund age-encryption@0.3.1 >/dev/null || exit 2

cat > run.mjs <<'END'
import * as age from "age-encryption";
const encrypter = new age.Encrypter();
for (const identity of [await age.generateX25519Identity(), await age.generateHybridIdentity()])
  encrypter.addRecipient(await age.identityToRecipient(identity));
try {
  const header = new TextDecoder().decode((await encrypter.encrypt("words")).slice(0, 2000));
  const stanzas = header.split("\n").filter((line) => line.startsWith("-> ")).map((line) => line.split(" ")[1]);
  console.log(stanzas);
  if (stanzas.join() !== "X25519,mlkem768x25519") {
    console.log(`changed: stanzas are ${stanzas}`);
    process.exit(1);
  }
} catch (error) {
  console.log(`changed: ${error.message}`);
  process.exit(1);
}
END
node run.mjs
