#@ files
if test -z "${BASH_VERSION:-}"; then
  printf '%s\n' "NOTHING WAS CHECKED: this is another shell. Close this window, open a new one, type bash, and begin again." >&2
  exec sh -c 'while read -r _; do :; done; exit 1'
fi
stopped() { # the shell ends now: keep the window, and what stands in it, whatever else was pasted
  printf '%s\n' "STOPPED: what stands above failed. Do not rely on this package." "Close this window." >&2
  while read -r _; do :; done
}
shown() { tr -d '\000-\011\013-\037\177'; } # without what moves a terminal's cursor
trap 'code=$?; test -z "${work:-}" || rm -rf "$work"; test "$code" = 0 || stopped' EXIT
set -euo pipefail; export LC_ALL=C; work=$(mktemp -d)
if ! command -v sha256sum > /dev/null; then sha256sum() { shasum -a 256 "$@"; }; fi
whole() { sha256sum -c "$1" | { grep -v ': OK$' || true; } | shown; } # whatever is not
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp - bagit.txt
test ! -e tamizdat-unfinished || { echo "the writing of this package was cut off"; exit 1; }
for list in manifest tagmanifest; do # one way of writing for all lists; "./" so that no name is an option
  tr -d '\r' < "$list-sha256.txt" |
    sed -e 's/^\([0-9a-f]\{64\}\) \*/\1  /' -e 's/^\([0-9a-f]\{64\}\)[[:blank:]][[:blank:]]*/\1  .\//' > "$work/$list"
  if grep -v '^[0-9a-f]\{64\}  \./..*' "$work/$list" | shown; then echo "these lines of $list-sha256.txt name no file"; exit 1; fi
done
odd=$'\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' # what turns the line round that tells of it
if cut -c69- "$work/manifest" "$work/tagmanifest" | grep -E "[[:cntrl:]\\\\:]|$odd|(^|/)(/|\$)|[. ](/|\$)" > "$work/odd"; then
  echo "names that lead elsewhere, or read as others"; exit 1
fi
whole "$work/tagmanifest"
whole "$work/manifest"
{ cut -c67- "$work/manifest" "$work/tagmanifest"; echo ./tagmanifest-sha256.txt; } | sort > "$work/listed"
find . ! -type d | sort | diff "$work/listed" - | shown
find . ! -type d ! -type f | diff /dev/null - | shown
for each in bagit.txt bag-info.txt manifest-sha256.txt; do grep -x ".*  \./$each" "$work/tagmanifest" > "$work/odd"; done
size=$(find data -type f -exec wc -c {} \; | awk '{ size += $1; count++ } END { printf "%.0f.%d", size, count }')
tr -d '\r' < bag-info.txt | grep -x "Payload-Oxum: $size" > "$work/odd"
echo "every file of the list is here, whole, and no other"
#@ root
payload() { sed 's/^{"payload":"\([^"]*\)".*/\1/' "$1" | base64 -d; }
digest() { sha256sum | cut -d' ' -f1; }
ed25519() {
  printf '302a300506032b6570032100%s' "$1" | xxd -r -p > "$work/key"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$2" -sigfile "$3" > /dev/null 2>&1
}
# the second example of RFC 8032, 7.1: does openssl here know Ed25519?
printf r > "$work/odd"
printf '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00' | xxd -r -p > "$work/signature"
ed25519 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c "$work/odd" "$work/signature" ||
  { echo "NOT CHECKED: this openssl ($(openssl version)) judges no Ed25519. Take OpenSSL 3; on a Mac that of Homebrew"; exit 1; }
signature='\{"keyid":"[0-9a-f]{16}","sig":"[A-Za-z0-9+/]{86}=="\}'
form="\\{\"payload\":\"[A-Za-z0-9+/]+=*\",\"payloadType\":\"application/vnd\\.in-toto\\+json\",\"signatures\":\\[$signature(,$signature)*\\]\\}"
said() { # an envelope in its one form, of a statement of this kind
  test "$(wc -l < "$1")" -eq 0 && grep -Ex "$form" "$1" > "$work/odd" || { echo "$1 is no envelope"; exit 1; }
  payload "$1" > "$work/payload"
  test "$(wc -l < "$work/payload")" -eq 0 && grep -Ex "\\{\"_type\":\"https://in-toto\\.io/Statement/v1\",\"predicate\":\\{.*\\},\"predicateType\":\"tag:tamizdat,2026:$2\",\"subject\":\\[.*\\]\\}" "$work/payload" > "$work/odd" ||
    { echo "$1 says something else"; exit 1; }
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
  test "$count" -ge "$(printf %s "$1" | sed 's/.*"threshold":\([1-9][0-9]*\).*/\1/')"
}
before=; handed=; ledger=; : > "$work/handed"
for ((version = 1; ; version++)); do
  roster=roster-$version.json
  test -f "$roster" || break
  said "$roster" roster
  grep "\"previous\":${before:-null},.*\"version\":$version," "$work/payload" > "$work/odd"
  root=$(root_of "$roster")
  rooted "$root" "$roster"
  if test -n "$before" && test "$root" != "$handed" && ! payload "$newest" | grep "\"successors\":[^]]*\"$(printf %s "$root" | digest)\"" > "$work/odd"; then
    rooted "$handed" "$roster"
    echo "version $version has another root; the one before it signed that: $(printf %s "$handed" | digest)" >> "$work/handed"
  fi
  before="\"$(digest < "$roster")\""; newest=$roster; handed=$root
  log=$(payload "$roster" | sed 's/.*"log":{[^}]*"origin":"\([^"]*\)","vkey":"\([^"]*\)"}.*/\1 \2/'); origin=${log% *}; vkey=${log#* }
  case $vkey in "$origin"+*) ;; *) echo "the log of version $version has two names"; exit 1 ;; esac
  test "$origin" = "${ledger:-$origin}"; ledger=$origin
  vkey=${vkey#*+}; echo "$version ${vkey#*+}" >> "$work/logs"
done
root_of "$newest" | digest
cat "$work/handed"
echo "the root signed every version of the list of keys"
#@ ledger
hash() { xxd -r -p | digest; }
number='(0|[1-9][0-9]{0,17})'
logged() { # three lines, and a signature of the log; the newest version of the list of keys by which it holds
  head -n 3 "$1" > "$work/text"
  test "$(head -n 1 "$work/text")" = "$ledger"
  sed -n 2p "$1" | grep -Ex "$number" > "$work/odd"
  sed -n 3p "$1" | grep -Ex '[A-Za-z0-9+/]{43}=' > "$work/odd"
  : > "$work/by"
  sed '1,/^$/d' "$1" | grep -F -- "— $ledger " | cut -d' ' -f3 > "$work/signatures" || true
  while read -r each; do
    printf %s "$each" | base64 -d | tail -c +5 > "$work/signature"
    while read -r at log; do
      if ed25519 "$(printf %s "$log" | base64 -d | tail -c +2 | xxd -p -c 64)" "$work/text" "$work/signature"; then echo "$at" >> "$work/by"; fi
    done < "$work/logs"
  done < "$work/signatures"
  test -s "$work/by" || { echo "the checkpoint in $1 is not signed by the log"; exit 1; }
}
desk() {
  payload "$newest" | grep -o '{"from":[0-9]*,"key":"[0-9a-f]*","role":"desk","until":[0-9a-z]*}' | tr -d '{}"' | tr ',' ' ' |
    while read -r from key _ until; do
      if test "${from#from:}" -le "$1" && { test "$until" = until:null || test "$1" -lt "${until#until:}"; }; then echo "${key#key:}"; fi
    done
}
if grep -Evx "$number [0-9a-f]{64}" entries.txt | shown; then echo "these lines of entries.txt are none"; exit 1; fi
cut -d' ' -f1 entries.txt | sort | uniq -d | diff /dev/null -
covered=1; : > "$work/opened"; : > "$work/known"
while read -r index entry || test -n "$index"; do
  proof=statements/$index.tlog-proof
  if ! test -f "$proof"; then
    test ! -f "statements/$index.json"
    echo "NOT PROVED, nothing here shows that it is in the ledger: entry $index"
    covered=0
    continue
  fi
  sed '/^$/,$d' "$proof" > "$work/head"
  if grep -Evx 'c2sp\.org/tlog-proof@v1|extra [A-Za-z0-9+/]*=*|index [0-9]+|[A-Za-z0-9+/]{43}=' "$work/head" | shown; then exit 1; fi
  test "$(sed -n '1p;s/^index //p' "$work/head")" = "c2sp.org/tlog-proof@v1
$index"
  sed '1,/^$/d' "$proof" > "$work/note"
  if ! cmp -s "$work/note" "$work/known"; then logged "$work/note"; cp "$work/note" "$work/known"; fi # most lead to one
  size=$(sed -n 2p "$work/note")
  if test -f "$work/head-$size"; then cmp "$work/text" "$work/head-$size"; fi # two of one size: a fork. Keep both
  cp "$work/text" "$work/head-$size"; sort -n "$work/by" | tail -n 1 > "$work/version-$size"
  test "$index" -lt "$size"
  node=$index; last=$((size - 1)); result=$(echo "00$entry" | hash)
  for sibling in $(sed '1,/^index /d' "$work/head"); do
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
    test "$entry" = "$({ printf 'tamizdat/commitment/v1\0'; sed -n 's/^extra //p' "$work/head" | base64 -d; cat "statements/$index.json"; } | digest)"
    said "statements/$index.json" '[a-z]+(-[a-z]+)*'
    found=; for key in $(desk "$index"); do if signed "statements/$index.json" "$key"; then found=$key; fi; done
    test -n "$found"
    echo "entry $index: in the ledger, opened, signed by the desk"
    { printf '%s ' "$index"; payload "statements/$index.json"; echo; } >> "$work/opened"
  else
    echo "entry $index: in the ledger, not opened"
  fi
done < entries.txt
sort -n "$work/opened" > "$work/sorted"
# what an edition shows was made of the entries that it names, as far as they are here
grep '"predicateType":"tag:tamizdat,2026:derived"' "$work/sorted" | grep -o '"commitment":"[0-9a-f]*",\("deleted":[^,]*,\)\{0,1\}"index":[0-9]*' |
  sed 's/"commitment":"\([0-9a-f]*\)".*:\([0-9]*\)/\2 \1/' | sort -u > "$work/sources" || true
awk 'NR == FNR { entry[$1] = $2; next } ($1 in entry) && entry[$1] != $2 { print "not the entry that an edition names:", $1; bad = 1 } END { exit bad }' \
  entries.txt "$work/sources"
#@ originals
cd ..
cat > "$work/places" <<'AWK'
function plain(text) { gsub(/%/, "~", text); return text }
function based(text) { sub(/.*\//, "", text); return text }
function value(text, name) { # a member that is text
  if (!match(text, "\"" name "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
  text = substr(text, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
  gsub(/\\"/, "\"", text); gsub(/\\\\/, "\\", text)
  return text
}
function shares(one, other) { return (one in post) && (other in post) && (post[one] == post[other] || (own[one] != "" && (own[one] == post[other] || own[one] == own[other])) || (own[other] != "" && own[other] == post[one])) }
FILENAME ~ /sorted$/ { # statements: where each puts the bytes that it is about
  index_ = $1; text = substr($0, length($1) + 2); opened[index_] = 1
  match(text, /,"predicateType":"tag:tamizdat,2026:[a-z-]+","subject":\[/)
  subject = substr(text, RSTART + RLENGTH); act = substr(text, RSTART + 36, RLENGTH - 49); text = substr(text, 1, RSTART)
  is_card = act == "captured" && match(text, /"predicate":\{"consignment":"[^"]*"/)
  consignment = is_card ? substr(text, RSTART + 28, RLENGTH - 29) : ""
  if (act == "captured" && !is_card) source[index_] = value(text, "path")
  if (act == "observed") {
    post[index_] = value(text, "post"); own[index_] = value(text, "own")
    rest = text
    while (match(rest, /"capture":[0-9]+,"commitment":"[0-9a-f]+","path":/)) {
      split(substr(rest, RSTART, RLENGTH), part, /[:,]/); files[part[2]] = files[part[2]] " " index_
      rest = substr(rest, RSTART + RLENGTH)
    }
  }
  if (act == "catalogued" && match(text, /"predicate":\{"person":[0-9nul]+,/) && subject ~ /"name":"person"/) {
    said = substr(text, RSTART + 22, RLENGTH - 23); person[index_] = said == "null" ? index_ : said
  }
  if (act == "derived" && match(text, /"item":[0-9]+,"kind":"(picture|clip|sound|document|text|post|person|story)"/)) {
    split(substr(text, RSTART, RLENGTH), part, /[:,]/); item = part[2]; last[item] = index_
  }
  while (match(subject, /\{"digest":\{"sha256":"[0-9a-f]+"\},"name":"/)) {
    sum = substr(subject, RSTART + 21, 64); name = value(substr(subject, RSTART), "name"); subject = substr(subject, RSTART + RLENGTH)
    about[sum] = about[sum] " " index_
    if (name == "original" && !(act == "captured" && !is_card)) came_on_card[sum] = 1
    if (act == "derived") shown[index_, name, sum] = 1
    if (is_card) {
      path = plain(value(text, "path")); at[path] = at[path] " " sum; stated[sum, path] = stated[sum, path] " " index_
      of[sum] = of[sum] " " index_; came[index_] = consignment; calls[index_] = value(text, "path")
    }
  }
  next
}
{ # files: first all of them, for which card each belongs to is what most of its files say
  sums[++count] = substr($0, 1, 64); paths[count] = substr($0, 69)
  if (match(paths[count], /^data\/originals\/card-[0-9]+/) && (sum = sums[count]) in of) {
    card = substr(paths[count], RSTART, RLENGTH); where = paths[count]; sub(/^data\/originals\/[^\/]*\//, "", where)
    those = (sum, where) in stated ? stated[sum, where] : of[sum]; belongs[count] = card; these[count] = those
    delete once
    for (n = split(those, part, " "); n; n--) if (!(came[part[n]] in once)) { once[came[part[n]]] = 1; if (++votes[card, came[part[n]]] > most[card]) { most[card] = votes[card, came[part[n]]]; usual[card] = came[part[n]] } }
  }
}
function judge(sum, path, n,   wanted, number, part, where, name, fits, every, i) {
  split(about[sum], every, " "); by = every[1]; called = ""; name = based(path)
  split(path, part, "/")
  if (path ~ /^data\/originals\/posts\/(0|[1-9][0-9]*)\/version-(0|[1-9][0-9]*)\.(json|txt)$/) { number = part[4]; wanted = part[5]; gsub(/[^0-9]/, "", wanted) }
  else if (path ~ /^data\/originals\/posts\/(0|[1-9][0-9]*)\/media\/(0|[1-9][0-9]*)-[^\/]+$/) { number = part[4]; wanted = part[6]; sub(/-.*/, "", wanted); sub(/^[0-9]*-/, "", name) }
  else if (path ~ /^data\/originals\/people\/(0|[1-9][0-9]*)\/entry-(0|[1-9][0-9]*)\.json$/) { wanted = part[5]; gsub(/[^0-9]/, "", wanted) }
  else if (path ~ /^data\/originals\/pages\/(0|[1-9][0-9]*)\/[^\/]+$/) wanted = part[4]
  if (about[sum] == "") return "NOT PROVED, no opened statement is about it"
  if (wanted != "") {
    if (!(wanted in opened)) return "NOT PROVED, entry " wanted ", which should be about it, is not opened"
    if (number != "" && !(number in opened)) return "NOT PROVED, entry " number ", which should be about the same post, is not opened"
    if (index(about[sum] " ", " " wanted " ") == 0) return "EXCHANGED, another statement is about it"
    by = wanted
    if (part[3] == "people" && person[wanted] != part[4]) return "EXCHANGED, entry " wanted " is about another person"
    if (part[3] == "posts" && part[5] != "media" && !shares(wanted, number)) return "EXCHANGED, entry " wanted " observed no version of post " number
    if (part[3] == "pages" || part[5] == "media") {
      if (!(wanted in source)) return "EXCHANGED, entry " wanted " captured nothing of that kind"
      if (plain(based(source[wanted])) != name) called = source[wanted]
    }
    if (part[5] == "media") {
      for (i = split(files[wanted], every, " "); i && !fits; i--) fits = shares(every[i], number)
      if (!fits) return covered ? "EXCHANGED, no version of post " number " names entry " wanted : "NOT PROVED, an entry here has no proof, and it may have come twice"
    }
    return ""
  }
  if (path ~ /^data\/working-copies\/(0|[1-9][0-9]*)\/./) {
    name = path; sub(/^data\/working-copies\/[0-9]+\//, "", name)
    if ((part[3] in last) && ((last[part[3]], name, sum) in shown)) { by = last[part[3]]; return "" }
    return "EXCHANGED, it is not what an edition showed last of item " part[3] " by that name"
  }
  if (path !~ /^data\/originals\/card-(0|[1-9][0-9]*)(-(0|[1-9][0-9]*))?\/./) return "NOT PROVED, no package has anything at this place"
  if (!(sum in came_on_card)) return "NOT PROVED, no opened statement is about it as a file of a card"
  where = path; sub(/^data\/originals\/[^\/]*\//, "", where)
  if ((sum, where) in stated) { split(stated[sum, where], every, " "); by = every[1] }
  else {
    if (sum in of) { split(of[sum], every, " "); called = calls[every[1]] }
    if (where in at) return covered ? "EXCHANGED, another file was captured by that path" : "NOT PROVED, an entry here has no proof, and it may have come twice"
  }
  if (n in belongs) {
    fits = 0
    for (i = split(these[n], every, " "); i && !fits; i--) fits = came[every[i]] == usual[belongs[n]]
    if (!fits) return covered ? "EXCHANGED, it did not come with the others of its card" : "NOT PROVED, an entry here has no proof, and it may have come twice"
  }
  return ""
}
END { for (n = 1; n <= count; n++) { why = judge(sums[n], paths[n], n); print (why != "" ? why : "proved, by entry " by (called != "" ? ", which calls it " called : "")) ": " paths[n] } }
AWK
grep '^.\{68\}data/\(originals\|working-copies\)/' "$work/manifest" | grep -v '^.\{68\}data/originals/ascmhl/' > "$work/files" || true
awk -v covered="$covered" -f "$work/places" "$work/sorted" "$work/files" | tee "$work/judged"
if grep '^EXCHANGED' "$work/judged" > "$work/odd"; then exit 1; fi
if grep '^NOT PROVED' "$work/judged" > "$work/odd"; then echo "NOT ALL OF IT IS PROVED: anyone could have put in what is called so"; fi
echo "no signature covers what people read here; it is the desk's if it told you this: $(digest < ../tagmanifest-sha256.txt)"
#@ stamps
cd proofs
roots=${roots:-/etc/ssl/certs/ca-certificates.crt}
cat "$roots" > "$work/roots"
: > "$work/beside"; : > "$work/good"; : > "$work/revoked"
for each in certificates/*.crl; do # the serial numbers that a list or an answer calls revoked, whoever signed it
  if test -f "$each"; then openssl crl -inform DER -in "$each" -noout -text > "$work/odd" || { echo "no list: $each"; exit 1; }; sed -n 's/^ *Serial Number: //p' "$work/odd" >> "$work/revoked"; fi
done
for each in certificates/*.ocsp; do
  if test -f "$each"; then openssl ocsp -respin "$each" -noverify -resp_text > "$work/odd" 2> /dev/null || { echo "no answer: $each"; exit 1; }; sed -n '/^ *Serial Number: /{N;s/^ *Serial Number: \([0-9A-F]*\)\n *Cert Status: revoked$/\1/p;}' "$work/odd" >> "$work/revoked"; fi
done
revoked() { test -s "$work/revoked" && tr a-f A-F | sed 's/^0*//' | grep -Fxf <(sed 's/^0*//' "$work/revoked") > "$work/odd"; }
for each in certificates/*.der; do
  test -f "$each" || continue
  openssl x509 -inform DER -in "$each" -out "$work/one" || { echo "no certificate: $each"; exit 1; }
  cat "$work/one" >> "$work/beside"
  if ! openssl x509 -in "$work/one" -noout -serial | sed 's/^serial=//' | revoked; then cat "$work/one" >> "$work/good"; fi
done
epoch() { # "Nov 23 12:00:00 2026 GMT" in seconds since 1970, for programs called date differ
  local month day time year months=JanFebMarAprMayJunJulAugSepOctNovDec early
  read -r month day time year _ <<< "$1"
  month=${months%%"$month"*}; month=$((${#month} / 3 + 1)); early=$(((14 - month) / 12)); year=$((year + 4800 - early))
  day=$((10#$day + (153 * (month + 12 * early - 3) + 2) / 5 + 365 * year + year / 4 - year / 100 + year / 400 - 2472633))
  IFS=: read -r month early time <<< "$time"
  echo $((((day * 24 + 10#$month) * 60 + 10#$early) * 60 + 10#$time))
}
vouched() { # by the roots, and these certificates; openssl takes a space in the name after -untrusted for its end: none stands there
  printf %s "$second" | grep -Ex '[A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4} GMT' > "$work/odd" || return 1
  set -- "$1" "$(epoch "$second")"
  (cd "$work" && if test -s "$1"; then set -- -untrusted "$1" -attime "$2"; else set -- -attime "$2"; fi &&
    openssl ts -verify -in stamp -data "head-$size" -CAfile roots "$@") > /dev/null 2>&1
}
for stamp in checkpoints/*/stamps/*.tsr; do
  test -f "$stamp" || continue
  size=${stamp#checkpoints/}; size=${size%%/*}
  if ! test -f "$work/head-$size"; then echo "$stamp: of a checkpoint to which nothing here leads, so it says nothing"; continue; fi
  openssl ts -reply -in "$stamp" -text > "$work/told" 2> /dev/null || true
  when=$(sed -n 's/^Time stamp: //p' "$work/told"); second=$(printf %s "$when" | sed 's/\.[0-9]*//')
  cp "$stamp" "$work/stamp"
  if vouched beside && grep -x 'Hash Algorithm: sha\(256\|384\|512\)' "$work/told" > "$work/odd"; then
    openssl ts -reply -in "$stamp" -token_out -out "$work/token" > /dev/null 2>&1 # it may bring certificates of its own
    openssl pkcs7 -inform DER -in "$work/token" -print_certs -text -noout > "$work/inside"
    if ! vouched good || sed -n '/Serial Number:/{N;s/.*(0x\([0-9a-f]*\)).*/\1/;s/.*\n *//;s/://g;p;}' "$work/inside" | revoked
    then echo "$stamp: tells $when, but a certificate that vouches for it was revoked: when and why, see the page in a browser, or tamizdat verify"
    else echo "$stamp: existed before $when, by a root in $roots"; fi
  else echo "$stamp: tells $when, and no root in $roots vouches for that, or it is on something else"; fi
done
for stamp in checkpoints/*/stamps/*.ots; do if test -f "$stamp"; then echo "$stamp: NOT JUDGED by these commands, but by the page in a browser, and tamizdat verify --block-header"; fi; done
for head in "$work"/head-*; do # who watched that the desk keeps one ledger: Ed25519 over a time and these three lines
  test -f "$head" || continue
  size=${head##*-}; payload "roster-$(cat "$work/version-$size").json" > "$work/payload"
  quorum=$(sed 's/.*"quorum":\([0-9]*\)}.*/\1/' "$work/payload"); : > "$work/names"
  { cat "$head"; echo; } > "$work/text"; head -c "$(wc -c < "$work/text")" "checkpoints/$size/checkpoint" | cmp - "$work/text"
  sed -n 's/^— //p' "checkpoints/$size/checkpoint" > "$work/signatures"
  sed 's/.*"witnesses":{"keys":\[\([^]]*\)\].*/\1/' "$work/payload" | grep -o '"[^"]*"' | tr -d '"' > "$work/witnesses" || true
  while read -r name line; do
    printf %s "$line" | base64 -d > "$work/signature"; id=$(head -c 4 "$work/signature" | xxd -p)
    key=$(while read -r each; do case $each in ("$name+$id+"*) printf %s "${each#"$name+$id+"}" ;; esac; done < "$work/witnesses")
    time=$(tail -c +5 "$work/signature" | head -c 8 | xxd -p)
    if test -z "$key" || test "${#time}" -lt 16; then continue; fi
    { printf 'cosignature/v1\ntime %d\n' "$((16#$time))"; cat "$head"; } > "$work/text"
    tail -c +13 "$work/signature" > "$work/cosignature"
    if test "$((16#$time))" -gt 0 && ed25519 "$(printf %s "$key" | base64 -d | tail -c +2 | xxd -p -c 64)" "$work/text" "$work/cosignature"; then echo "$name" >> "$work/names"; fi
  done < "$work/signatures"
  count=$(sort -u "$work/names" | wc -l)
  if test "$count" -lt "$quorum"; then echo "NOT WITNESSED YET, as far as these commands read (keys of Ed25519): the checkpoint of $size entries, by $((count)) of $quorum"
  elif test "$count" -gt 0; then echo "the checkpoint of $size entries was witnessed by $(sort -u "$work/names" | tr '\n' ' ')"; fi
done
