#!/bin/sh
# What: Chromium (Debian's, 156, headless) with Noto Sans CJK (fonts-noto-cjk) writes the PDF; pypdf 7.1.0,
#   pdfminer.six 20260107 and, to compare, pypdfium2 5.15.2 (PyPI) read it
# Guess: the text of a page that was printed to PDF is the text of the page, if it is set in a font that has it.
# Does: where the font draws a character and a radical of the dictionary (⼈ U+2F08 beside 人 U+4EBA) alike, the table
#   of the font's characters (ToUnicode) has the radical, and the character of the page stands beside the text, as what
#   is to be read instead (ActualText). pypdf and pdfminer do not look there and give radicals for some of the
#   commonest characters: 'people', 'day'. It looks alike on the screen; a search of the archived text for 人民 finds
#   nothing. pypdfium2 gives the words of the page.
# Seen: 人民日报 → ⼈⺠⽇报; after NFKC 人⺠日报: ⺠ (U+2EA0) has no normal form.
# Source: PDF 32000-1, 9.10.3 (ToUnicode: one text for a glyph) and 14.9.4 (ActualText); yfedoseev/pdf_oxide, issue 123
#   (another reader, the same characters).
# Instead: keep the text of the page beside its PDF, or read it with pypdfium2; for text that is there already, map
#   U+2F00 to 2FD5 with NFKC and U+2E80 to 2EF3 with Unicode's EquivalentUnifiedIdeograph.txt before it is searched.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
browser=$(command -v chromium || command -v chromium-browser || true)
test -n "$browser" || { echo 'needs chromium (Debian package chromium)'; exit 2; }
fc-list 2>/dev/null | grep -q NotoSansCJK || { echo 'needs Noto Sans CJK (Debian package fonts-noto-cjk)'; exit 2; }
"$browser" --version
python3 -m venv venv && venv/bin/pip install -qq pypdf==7.1.0 pdfminer.six==20260107 pypdfium2==5.15.2 || exit 2

cat > a.html <<'END'
<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><p style="font-family: 'Noto Sans CJK SC'">人民日报</p></html>
END
"$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$folder/profile" --no-pdf-header-footer \
  --print-to-pdf=a.pdf a.html >/dev/null 2>&1 || true
test -s a.pdf || { echo 'the browser wrote no PDF here'; exit 2; }
venv/bin/python - <<'END'
import sys, unicodedata
import pypdf, pypdfium2
from pdfminer.high_level import extract_text

seen = {
    "pypdf": pypdf.PdfReader("a.pdf").pages[0].extract_text().strip(),
    "pdfminer": extract_text("a.pdf").strip(),
    "pypdfium2": pypdfium2.PdfDocument("a.pdf")[0].get_textpage().get_text_range().strip(),
}
print(seen, ascii(seen["pypdf"]), unicodedata.normalize("NFKC", seen["pypdf"]))
if b"/ActualText <FEFF4EBA>" not in pypdf.PdfReader("a.pdf").pages[0].get_contents().get_data():
    sys.exit("changed: the character of the page does not stand in the PDF as ActualText")
if seen["pypdfium2"] != "人民日报":
    sys.exit(f"changed: pypdfium2 reads {seen['pypdfium2']!r}")
for name in ("pypdf", "pdfminer"):
    if seen[name] != "\u2f08\u2ea0\u2f47\u62a5":
        sys.exit(f"changed: {name} reads {ascii(seen[name])}")
END
