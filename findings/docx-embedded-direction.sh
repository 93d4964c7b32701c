#!/bin/sh
# What: python-docx 1.2.0, mammoth 1.13.0, doc-files 0.1.0 (PyPI), Word files with words of the other direction in a
#   line; docx2txt 0.9 (PyPI) to compare
# Guess: words of another direction are runs like others, with a mark on the run (w:rtl); whoever reads the runs of a
#   paragraph has its words.
# Does: where a text had the control characters of Unicode for an embedding or an override, as pages and chats paste
#   them around a name in Arabic letters, Word 2010 and later writes elements around the runs (w:dir, w:bdo) in place of
#   the characters. All three leave such an element out with the words in it. mammoth adds a warning to its messages;
#   the other two say nothing. docx2txt has them.
# Seen: 'He ماھىرە was not taken.', the name in w:dir, 'not' in w:bdo → 'He was taken.'
# Source: ISO/IEC 29500-1, 17.3.2.3 (bdo) and 17.3.2.8 (dir): containers of runs within a paragraph, and annex I.7:
#   elements are to stand in place of the characters; python-docx, 'Paragraph.text' ('the textual content of this
#   paragraph').
# Instead: all w:t below a paragraph, at any depth, less what stands in w:del, w:moveFrom and w:rt; or docx2txt; count
#   the letters of both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq python-docx==1.2.0 mammoth==1.13.0 doc-files==0.1.0 docx2txt==0.9 || exit 2

venv/bin/python - <<'EOF'
import sys
import doc_files
import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

line = docx.Document()
paragraph = line.add_paragraph()
for kind, value, words in (("", "", "He "), ("dir", "rtl", "ماھىرە "), ("", "", "was "), ("bdo", "ltr", "not "), ("", "", "taken.")):
    run = f'<w:r {nsdecls("w")}><w:t xml:space="preserve">{words}</w:t></w:r>'
    around = f'<w:{kind} {nsdecls("w")} w:val="{value}">{run}</w:{kind}>'
    paragraph._p.append(parse_xml(around if kind else run))
line.save("a.docx")

with open("a.docx", "rb") as file:
    read = mammoth.extract_raw_text(file)
found = {
    "python-docx": docx.Document("a.docx").paragraphs[0].text,
    "mammoth": read.value.strip(),
    "doc-files": doc_files.to_text(doc_files.read("a.docx")).strip(),
    "docx2txt": docx2txt.process("a.docx").strip(),
}
for name, words in found.items():
    print(name, words)
print([message.message for message in read.messages])
whole = found.pop("docx2txt")
if whole != "He ماھىرە was not taken." or set(found.values()) != {"He was taken."}:
    sys.exit(f"changed: {found}, docx2txt {whole!r}")
EOF
