#@ files
stopped() { # the shell ends now: keep the window, and what stands in it, whatever else was pasted
  printf '%s\n' "STOPPED: what stands above failed. Do not rely on this package." "Close this window." >&2
  while read -r _; do :; done
}
trap 'code=$?; test -z "${work:-}" || rm -rf "$work"; test "$code" = 0 || stopped' EXIT
set -euo pipefail; export LC_ALL=C; work=$(mktemp -d)
sha256sum --quiet --strict --check tagmanifest-sha256.txt
sha256sum --quiet --strict --check manifest-sha256.txt
cut -c67- manifest-sha256.txt | sort > "$work/listed"
find data ! -type d | sort | diff "$work/listed" -
echo "every file of the list is here, whole, and no other"
#@ root
payload() { sed 's/^{"payload":"\([^"]*\)".*/\1/' "$1" | base64 -d; }
digest() { sha256sum | cut -d' ' -f1; }
ed25519() {
  printf '302a300506032b6570032100%s' "$1" | xxd -r -p > "$work/key"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$2" -sigfile "$3" > /dev/null 2>&1
}
signed() {
  payload "$1" > "$work/payload"
  printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < "$work/payload")" > "$work/pae"
  cat "$work/payload" >> "$work/pae"
  for each in $(grep -o '"sig":"[^"]*"' "$1" | cut -d'"' -f4); do
    printf %s "$each" | base64 -d > "$work/signature"
    if ed25519 "$2" "$work/pae" "$work/signature"; then return 0; fi
  done
  return 1
}
cd data/proofs
root_of() { payload "$1" | sed 's/.*"root":\({[^}]*}\).*/\1/' | tr -d '\n'; }
rooted() { # are enough of the keys of this root among those who signed the file?
  count=0
  for key in $(printf %s "$1" | grep -o '[0-9a-f]\{64\}'); do if signed "$2" "$key"; then count=$((count + 1)); fi; done
  test "$count" -ge "$(printf %s "$1" | sed 's/.*"threshold":\([0-9]*\).*/\1/')"
}
before=; handed=; : > "$work/handed"
for ((version = 1; ; version++)); do
  roster=roster-$version.json
  test -f "$roster" || break
  test -z "$before" || payload "$roster" | grep -q "\"previous\":\"$before\""
  root=$(root_of "$roster")
  rooted "$root" "$roster"
  if test -n "$before" && test "$root" != "$handed" && ! payload "$newest" | grep -q "\"successors\":[^]]*\"$(printf %s "$root" | digest)\""; then
    rooted "$handed" "$roster"
    echo "version $version has another root; the one before it signed that: $(printf %s "$handed" | digest)" >> "$work/handed"
  fi
  before=$(digest < "$roster"); newest=$roster; handed=$root
  payload "$roster" | grep -o '"vkey":"[^"]*"' | cut -d'"' -f4 >> "$work/logs"
done
root_of "$newest" | digest
cat "$work/handed"
echo "the root signed every version of the list of keys"
#@ ledger
origin=$(payload "$newest" | sed 's/.*"origin":"\([^"]*\)".*/\1/')
hash() { xxd -r -p | digest; }
logged() {
  head -n 3 "$1" > "$work/text"
  test "$(head -n 1 "$work/text")" = "$origin"
  sed '1,/^$/d' "$1" | grep -F -- "— $origin " | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c 64 > "$work/signature"
  while read -r log; do
    if ed25519 "$(printf %s "$log" | base64 -d | tail -c 32 | xxd -p -c 64)" "$work/text" "$work/signature"; then return 0; fi
  done < <(sed 's/^[^+]*+[^+]*+//' "$work/logs")
  echo "the checkpoint in $1 is not signed by the log"; return 1
}
desk() {
  payload "$newest" | grep -o '{"from":[0-9]*,"key":"[0-9a-f]*","role":"desk","until":[0-9a-z]*}' | tr -d '{}"' | tr ',' ' ' |
    while read -r from key _ until; do
      if test "${from#from:}" -le "$1" && { test "$until" = until:null || test "$1" -lt "${until#until:}"; }; then echo "${key#key:}"; fi
    done
}
while read -r index entry; do
  proof=statements/$index.tlog-proof
  if ! test -f "$proof"; then
    test ! -f "statements/$index.json"
    echo "NOT PROVED, nothing here shows that it is in the ledger: entry $index"
    continue
  fi
  sed '1,/^$/d' "$proof" > "$work/note"
  logged "$work/note"
  test "$index" = "$(sed -n 's/^index //p' "$proof" | head -n 1)"
  node=$index; last=$(($(sed -n 2p "$work/note") - 1)); result=$(echo "00$entry" | hash)
  for sibling in $(sed -n '/^index /,/^$/{/^index /d;/^$/d;p;}' "$proof"); do
    sibling=$(echo "$sibling" | base64 -d | xxd -p -c 64)
    test "$last" -gt 0
    if ((node % 2 == 1 || node == last)); then
      result=$(echo "01$sibling$result" | hash)
      while ((node % 2 == 0 && node > 0)); do node=$((node / 2)); last=$((last / 2)); done
    else
      result=$(echo "01$result$sibling" | hash)
    fi
    node=$((node / 2)); last=$((last / 2))
  done
  test "$last" = 0
  test "$result" = "$(sed -n 3p "$work/note" | base64 -d | xxd -p -c 64)"
  if test -f "statements/$index.json"; then
    test "$entry" = "$({ printf 'tamizdat/commitment/v1\0'; sed -n 's/^extra //p' "$proof" | base64 -d; cat "statements/$index.json"; } | digest)"
    found=; for key in $(desk "$index"); do if signed "statements/$index.json" "$key"; then found=$key; fi; done
    test -n "$found"
    echo "entry $index: in the ledger, opened, signed by the desk"
    { printf '%s ' "$index"; payload "statements/$index.json"; echo; } >> "$work/opened"
  else
    echo "entry $index: in the ledger, not opened"
  fi
done < entries.txt
#@ originals
cd ..
touch "$work/opened"
grep -v '^[0-9a-f]*  data/originals/ascmhl/' ../manifest-sha256.txt | grep '^[0-9a-f]*  data/\(originals\|working-copies\)/' > "$work/files" || true
while read -r sum path; do
  grep -F "\"digest\":{\"sha256\":\"$sum\"" "$work/opened" > "$work/about" || true
  if ! test -s "$work/about"; then echo "NOT PROVED, no opened statement is about it: $path"; continue; fi
  place=${path#data/*/}; number=; at=${place#*/}
  case $place in # names that tell which statement, or which item, a file belongs to
    posts/*/version-*) number=${path##*/version-}; number=${number%%.*} ;;
    posts/*/media/*) number=${path##*/}; number=${number%%-*} ;;
    people/*/entry-*) number=${path##*/entry-}; number=${number%%.*} ;;
    pages/*) number=${at%%/*} ;;
  esac
  if test -n "$number" && ! grep -q "^$number " "$work/opened"; then
    echo "NOT PROVED, entry $number, which should be about it, is not opened: $path"; continue
  fi
  case $path in
    data/working-copies/*) grep -q "\"item\":${place%%/*}[,}].*:derived\".*\"sha256\":\"$sum\"},\"name\":\"$at\"" "$work/about" ;;
    *) if test -n "$number"; then grep -q "^$number " "$work/about"; fi ;;
  esac || { echo "EXCHANGED, another statement is about it: $path"; exit 1; }
  said=$(sed -n 's/.*"path":"\([^"]*\)".*"predicateType":"[^"]*:captured".*/\1/p' "$work/about" | head -n 1)
  case $place in card-*) if test -n "$said" && test "$said" != "$at"; then said=", which calls it $said"; else said=; fi ;; *) said= ;; esac
  echo "proved, by entry $(head -n 1 "$work/about" | cut -d' ' -f1)$said: $path"
done < "$work/files"
echo "no signature covers what people read here; it is the desk's if it told you this: $(digest < ../tagmanifest-sha256.txt)"
#@ stamps
cd proofs
roots=${roots:-/etc/ssl/certs/ca-certificates.crt}
cat "$roots" > "$work/roots"
: > "$work/beside"
for each in certificates/*.der; do if test -f "$each"; then openssl x509 -inform DER -in "$each" >> "$work/beside"; fi; done
for stamp in checkpoints/*/stamps/*.tsr; do
  test -f "$stamp" || continue
  head -n 3 "$(dirname "$(dirname "$stamp")")/checkpoint" > "$work/text"
  when=$(openssl ts -reply -in "$stamp" -text 2> /dev/null | sed -n 's/^Time stamp: //p')
  cp "$stamp" "$work/stamp"  # openssl takes a space in the name after -untrusted for the end of it: none stands there
  if (cd "$work" && openssl ts -verify -in stamp -data text -CAfile roots -untrusted beside \
    -attime "$(date -d "$when" +%s || date -j -f '%b %e %T %Y %Z' "$when" +%s)") > /dev/null 2>&1
  then echo "$stamp: existed before $when, by a root in $roots"
  else echo "$stamp: tells $when, and no root in $roots vouches for that"; fi
done
