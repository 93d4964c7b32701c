#!/bin/sh
# What: officeparser 7.8.0 (npm), the words of spreadsheets (.ods as of LibreOffice, .xlsx as of Excel);
#   python-calamine 0.9.1 (PyPI) to compare
# Guess: the text of a cell is what the cell shows; remarks are left out or stand apart.
# Does: of an .ods cell in which one word is set in bold only that word is left: 'He was not taken' with a bold
#   'taken' is 'taken'. The remark on a cell is put in front of its text with nothing between. In .xlsx the reading
#   over a name (as Excel keeps it of Japanese, and of Chinese that has pinyin) is put behind it, in plain cells; in
#   cells with bold words it is not. Cells of plain text are read well, and calamine reads all these as they are
#   shown.
# Seen: 'taken' for 'He was not taken'; 'is it her name?Dolma' for 'Dolma'; '東京トウキョウ' for '東京'
# Source: OpenDocument 1.3, part 3, 6.1.7 (text:span is part of its paragraph), 14.1 (office:annotation); ECMA-376,
#   part 1, 18.4.6 (rPh, a reading that is shown over the text).
# Instead: python-calamine, or a reader of cells (exceljs, xlsx) in Node; count words against another reader.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq python-calamine==0.9.1 || exit 2
npm install --prefix . --silent --no-audit --no-fund officeparser@7.8.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import officeparser from "officeparser";
const words = async (name) => {
  const read = await officeparser.parseOffice(name);
  return (typeof read === "string" ? read : read.toText()).split("\n");
};
console.log(JSON.stringify([await words("a.ods"), await words("a.xlsx")]));
END
cat > run.py <<'END'
import json, subprocess, sys, zipfile
import python_calamine

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = "".join(f' xmlns:{name}="{SPACE}{name}:1.0"' for name in ("office", "text", "table", "style"))
KIND = "application/vnd.oasis.opendocument.spreadsheet"
CELLS = (
    "<text:p>plain</text:p>",
    '<text:p>He was not <text:span text:style-name="T1">taken</text:span></text:p>',
    '<office:annotation><text:p>is it her name?</text:p></office:annotation><text:p>Dolma</text:p>',
)
row = "".join(f'<table:table-cell office:value-type="string">{cell}</table:table-cell>' for cell in CELLS)
ENTRY = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
listed = ENTRY.format("/", KIND) + ENTRY.format("content.xml", "text/xml")
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml."
MANY = "".join(f'<c r="{column}1" t="s"><v>{number}</v></c>' for number, column in enumerate("ABC"))
PARTS = {
    "a.ods": {
        "mimetype": KIND,
        "content.xml": f'<office:document-content{NAMES} office:version="1.3"><office:automatic-styles><style:style style:name="T1"'
        ' style:family="text"/></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="s">'
        f"<table:table-row>{row}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{SPACE}manifest:1.0" manifest:version="1.3">{listed}</manifest:manifest>',
    },
    "a.xlsx": {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"{XLSX}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{XLSX}worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{XLSX}sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData><row r="1">{MANY}</row></sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}" count="3" uniqueCount="3"><si><t>plain</t></si><si><t>東京</t>'
        '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="0"/></si><si><r><t>王</t></r><r><rPr><b/></rPr><t>小明</t></r>'
        '<rPh sb="0" eb="3"><t>wáng xiǎomíng</t></rPh></si></sst>',
    },
}
for name, parts in PARTS.items():
    with zipfile.ZipFile(name, "w") as file:
        for part, text in parts.items():
            file.writestr(part, text if part == "mimetype" else '<?xml version="1.0" encoding="UTF-8"?>' + text)
other = [python_calamine.load_workbook(name).get_sheet_by_index(0).to_python()[0] for name in PARTS]
got = json.loads(subprocess.run(["node", "run.mjs"], capture_output=True, text=True, check=True).stdout)
print("calamine:", other, "officeparser:", got, sep="\n")
if other != [["plain", "He was not taken", "Dolma"], ["plain", "東京", "王小明"]]:
    sys.exit(f"changed: calamine has {other}")
if got != [["plain", "taken", "is it her name?Dolma"], ["plain", "東京トウキョウ", "王小明"]]:
    sys.exit(f"changed: officeparser has {got}")
END
venv/bin/python run.py
