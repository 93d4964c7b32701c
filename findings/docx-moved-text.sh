#!/bin/sh
# What: docx2txt 0.9, docx2python 3.7.1 (PyPI), officeparser 7.8.0 (npm), the words of a Word file in which somebody
#   moved a sentence while changes were tracked; mammoth 1.13.0 (PyPI) to compare
# Guess: what is tracked as deleted is left out and what is tracked as inserted is there, so a moved sentence is there
#   once, at its new place.
# Does: a move is not a deletion and an insertion: its old place has elements of its own (moveFrom), in which the
#   words stand as ordinary text. All three print the sentence at both places. A witness says a thing twice, and what
#   an editor took out of one paragraph is still in it. Deletions and insertions in the same file are read well, so a
#   test with those shows nothing. mammoth has it once.
# Seen: First. They shot at us. Middle new They shot at us. Last.
# Source: ECMA-376, part 1, 17.13.5, moveFrom (Move Source Run Content): the runs within hold w:t, where those of del
#   hold w:delText.
# Instead: mammoth, or take out moveFrom before the text is read; accept or refuse all changes before a file is handed
#   on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq docx2txt==0.9 docx2python==3.7.1 mammoth==1.13.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund officeparser@7.8.0 >/dev/null || exit 2

cat > run.py <<'END'
import json, subprocess, sys, zipfile
import docx2txt, mammoth
from docx2python import docx2python

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
WHO = 'w:author="Editor" w:date="2024-06-04T00:00:00Z"'
MOVED = "<w:r><w:t>They shot at us.</w:t></w:r>"
body = (
    "<w:p><w:r><w:t>First.</w:t></w:r></w:p>"
    f'<w:p><w:pPr><w:rPr><w:moveFrom w:id="1" {WHO}/></w:rPr></w:pPr><w:moveFromRangeStart w:id="2" w:name="m" {WHO}/>'
    f'<w:moveFrom w:id="3" {WHO}>{MOVED}</w:moveFrom></w:p><w:moveFromRangeEnd w:id="2"/>'
    f'<w:p><w:r><w:t xml:space="preserve">Middle </w:t></w:r><w:del w:id="4" {WHO}><w:r><w:delText>old</w:delText></w:r></w:del>'
    f'<w:ins w:id="5" {WHO}><w:r><w:t>new</w:t></w:r></w:ins></w:p>'
    f'<w:p><w:pPr><w:rPr><w:moveTo w:id="6" {WHO}/></w:rPr></w:pPr><w:moveToRangeStart w:id="7" w:name="m" {WHO}/>'
    f'<w:moveTo w:id="8" {WHO}>{MOVED}</w:moveTo></w:p><w:moveToRangeEnd w:id="7"/>'
    "<w:p><w:r><w:t>Last.</w:t></w:r></w:p>"
)
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
    f'"application/xml"/><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
    ' Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"/>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    f' xmlns:r="{OFFICE}"><w:body>{body}<w:sectPr/></w:body></w:document>',
}
with zipfile.ZipFile("a.docx", "w") as file:
    for name, text in PARTS.items():
        file.writestr(name, HEAD + text)
with open("a.docx", "rb") as file:
    plain = mammoth.extract_raw_text(file).value
node = subprocess.run(["node", "run.mjs"], capture_output=True, text=True, check=True).stdout
found = {"docx2txt": docx2txt.process("a.docx"), "docx2python": docx2python("a.docx").text, "officeparser": json.loads(node)}
once = "First. Middle new They shot at us. Last."
twice = "First. They shot at us. Middle new They shot at us. Last."
print("mammoth:", " ".join(plain.split()))
if " ".join(plain.split()) != once:
    sys.exit(f"changed: mammoth has {plain!r}")
for name, text in found.items():
    text = " ".join(text.split())
    print(f"{name}:", text)
    if text != twice:
        sys.exit(f"changed: {name} has {text!r}")
END
cat > run.mjs <<'END'
import officeparser from "officeparser";
const read = await officeparser.parseOffice("a.docx");
console.log(JSON.stringify(typeof read === "string" ? read : read.toText()));
END
venv/bin/python run.py
