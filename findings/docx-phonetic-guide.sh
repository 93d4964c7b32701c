#!/bin/sh
# What: python-docx 1.2.0, mammoth 1.13.0, pandoc 3.9 (pypandoc_binary 1.17), all PyPI; Word files with a phonetic
#   guide (pinyin or kana over a word, as Word sets it)
# Guess: a reader that does not know the guide drops the small letters and keeps the word under them, or has both.
# Does: all three drop the word itself, with its reading. Where people help the reader, with names and rare words, a
#   transcript has gaps that nobody sees: the sentence goes on without them. Only mammoth says, in its messages, that
#   an element was ignored.
# Seen: 警察在 + 拉萨 with lā sà over it + 。: '警察在。' from all three.
# Source: ECMA-376, part 1, 17.3.3.25 (ruby) and 17.3.3.27 (rubyBase: the text of the document);
#   mwilliamson/python-mammoth, issue 76.
# Instead: before reading, put the runs of w:rubyBase in the place of each w:ruby in word/document.xml, and count
#   them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq python-docx==1.2.0 mammoth==1.13.0 pypandoc_binary==1.17 || exit 2

venv/bin/python - <<'END'
import re, sys
import docx, mammoth, pypandoc
from docx.oxml import parse_xml

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
document = docx.Document()
paragraph = document.add_paragraph("警察在")
paragraph._p.append(parse_xml(
    f'<w:r {NAMESPACE}><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="10"/>'
    '<w:hpsRaise w:val="18"/><w:hpsBaseText w:val="21"/><w:lid w:val="zh-CN"/></w:rubyPr>'
    "<w:rt><w:r><w:t>lā sà</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拉萨</w:t></w:r></w:rubyBase></w:ruby></w:r>"
))
paragraph.add_run("。")
document.save("a.docx")
with open("a.docx", "rb") as file:
    page = mammoth.convert_to_html(file)
seen = {
    "python-docx": docx.Document("a.docx").paragraphs[0].text,
    "mammoth": re.sub("<[^>]+>", "", page.value),
    "pandoc": pypandoc.convert_file("a.docx", "plain").strip(),
}
print(seen, pypandoc.get_pandoc_version(), [message.message for message in page.messages])
for name, text in seen.items():
    if text != "警察在。":
        sys.exit(f"changed: {name} reads {text!r}")
END
