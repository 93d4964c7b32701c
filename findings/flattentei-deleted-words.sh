#!/bin/sh
# What: flattentei 0.2.0 (PyPI), flatten-tei-folder: letters and testimonies transcribed in TEI into plain text with marks
#   beside it
# Guess: the words of a paragraph are in the text; what the writer struck out (del) and the editor's remarks (note) are left
#   out or marked.
# Does: the other way round. Words are taken only where a sentence element (s) stands, as GROBID writes it for scholarly
#   articles; bare words of a paragraph are dropped, and elements in it are kept, whatever they are: of 'He was not taken'
#   with 'not' struck out, 'not' is left, and the remark. With s around it the text ends in front of what is struck out.
#   Nothing marks the place, and the status is 0. A sentence of bare words in s is read whole.
# Seen: 'He was <del>not</del> taken at night. <note>in pencil</note>' → 'not in pencil'; in s: 'He was'
# Source: TEI P5, elements p (holds text), del, note, and s (optional); the README ('TEI XML documents to plain text'; the
#   dialects it names are those of articles).
# Instead: XPath of your own (//tei:p//text()[not(ancestor::tei:del or ancestor::tei:note)]); compare lengths.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq flattentei==0.2.0 || exit 2

mkdir in out
write() {
  cat > "in/$1.xml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Letter</title></titleStmt>
<publicationStmt><p>none</p></publicationStmt><sourceDesc><p>none</p></sourceDesc></fileDesc></teiHeader>
<text><body><div><p>$2</p></div></body></text></TEI>
END
}
words='He was <del>not</del> taken at night. <note>in pencil</note>'
write bare "$words"
write marked "<s>$words</s>"
write whole "<s>He was taken.</s>"
venv/bin/flatten-tei-folder --source in --target out || exit 2
body() { sed -n '/^Main:/,/^Footnotes:/p' "out/text_extracted/$1.txt" | sed '1d;$d' | tr -s ' \n' ' ' | sed 's/^ //;s/ $//'; }
echo "bare: '$(body bare)', in s: '$(body marked)', bare words in s: '$(body whole)'"
[ "$(body bare)" = 'not in pencil' ] || { echo "changed: $(body bare)"; exit 1; }
[ "$(body marked)" = 'He was' ] || { echo "changed: in s: $(body marked)"; exit 1; }
[ "$(body whole)" = 'He was taken.' ] || { echo "changed: bare words in s: $(body whole)"; exit 1; }
