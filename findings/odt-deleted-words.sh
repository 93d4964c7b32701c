#!/bin/sh
# What: officeparser 7.8.0 (npm), odfpy 1.4.1 (teletype), odfdo 3.27.3 (PyPI), the words of an OpenDocument text
#   (.odt), as LibreOffice writes it, with a tracked deletion, a remark in the margin and a name with its reading over
#   it (ruby)
# Guess: the text is what one reads on the page: what was deleted is gone, or stands marked where it stood; the remark
#   is no part of the sentence; the name is there, with or without its reading.
# Does: OpenDocument keeps deleted words in a list in front of the text. The first two print them, unmarked, as the
#   first words of the document: a name that was taken out to protect somebody opens it. The second also puts the
#   remark, with its author and date, into the middle of the sentence. The first and the third drop the name that has
#   a reading, and the reading, and leave the rest of the sentence.
# Seen: officeparser: 'Her name is Dolma. They came at night. was taken.'; odfpy: 'Her name is Dolma. They came at
#   nightEditor2024-06-04T00:00:00ask her again. 王小明wáng xiǎomíng was taken.'; odfdo: 'They came at night[*]. … was taken.'
# Source: OpenDocument 1.3, part 3, 5.5 (text:tracked-changes, text:deletion), 6.4 (text:ruby), 14.1
#   (office:annotation).
# Instead: pandoc leaves out deletion and remark (but drops the name as well); accept all changes and take the remarks
#   out in LibreOffice, and save, before a program reads the file or a person gets it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq odfpy==1.4.1 odfdo==3.27.3 || exit 2
npm install --prefix . --silent --no-audit --no-fund officeparser@7.8.0 >/dev/null || exit 2

cat > run.py <<'END'
import json, subprocess, sys, zipfile
import odfdo
from odf import teletype, text
from odf.opendocument import load

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = f'xmlns:office="{SPACE}office:1.0" xmlns:text="{SPACE}text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
KIND = "application/vnd.oasis.opendocument.text"
WHO = "<dc:creator>Editor</dc:creator><dc:date>2024-06-04T00:00:00</dc:date>"
body = (
    '<office:text><text:tracked-changes><text:changed-region xml:id="c1" text:id="c1"><text:deletion><office:change-info>'
    f"{WHO}</office:change-info><text:p>Her name is Dolma.</text:p></text:deletion></text:changed-region>"
    f"</text:tracked-changes><text:p>They came at night<office:annotation>{WHO}<text:p>ask her again</text:p>"
    '</office:annotation>. <text:change text:change-id="c1"/></text:p><text:p><text:ruby><text:ruby-base>王小明</text:ruby-base>'
    "<text:ruby-text>wáng xiǎomíng</text:ruby-text></text:ruby> was taken.</text:p></office:text>"
)
ENTRY = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
listed = "".join(ENTRY.format(*one) for one in (("/", KIND), ("content.xml", "text/xml"), ("meta.xml", "text/xml"), ("styles.xml", "text/xml")))
PARTS = {
    "content.xml": f'<office:document-content {NAMES} office:version="1.3"><office:body>{body}</office:body></office:document-content>',
    "meta.xml": f'<office:document-meta {NAMES} office:version="1.3"><office:meta/></office:document-meta>',
    "styles.xml": f'<office:document-styles {NAMES} office:version="1.3"><office:styles/></office:document-styles>',
    "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{SPACE}manifest:1.0" manifest:version="1.3">{listed}</manifest:manifest>',
}
with zipfile.ZipFile("a.odt", "w") as file:
    file.writestr("mimetype", KIND)
    for name, part in PARTS.items():
        file.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + part)
node = json.loads(subprocess.run(["node", "run.mjs"], capture_output=True, text=True, check=True).stdout)
document = load("a.odt")
outer = [one for one in document.getElementsByType(text.P) if one.parentNode.tagName != "office:annotation"]
found = {
    "officeparser": node,
    "odfpy": " ".join(teletype.extractText(one) for one in outer),
    "odfdo": odfdo.Document("a.odt").get_formatted_text(),
}
expected = {
    "officeparser": "Her name is Dolma. They came at night. was taken.",
    "odfpy": "Her name is Dolma. They came at nightEditor2024-06-04T00:00:00ask her again. 王小明wáng xiǎomíng was taken.",
}
for name, words in found.items():
    words = " ".join(words.split())
    print(f"{name}:", words)
    if name in expected and words != expected[name]:
        sys.exit(f"changed: {name} has {words!r}")
if "was taken" not in found["odfdo"] or "王小明" in found["odfdo"] or "Dolma" in found["odfdo"]:
    sys.exit(f"changed: odfdo has {found['odfdo']!r}")
END
cat > run.mjs <<'END'
import officeparser from "officeparser";
const read = await officeparser.parseOffice("a.odt");
console.log(JSON.stringify(typeof read === "string" ? read : read.toText()));
END
venv/bin/python run.py
