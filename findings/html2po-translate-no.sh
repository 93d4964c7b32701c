#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI), html2po and po2html, a page made into messages for translators and back
# Guess: what HTML marks as not to be translated (translate="no": names, addresses, a sentence quoted in its own language)
#   is left out and comes back as it was; what HTML names as translatable attributes is offered.
# Does: translate="no" is not looked at. Names and quotations go out as messages, come back as whatever was made of them, and
#   the mark still stands beside them; only its own attribute, data-translate-ignore, is obeyed. Of the attributes that
#   readers see or hear, placeholder and aria-label are not offered and stay in the first language. And 'en' of
#   <html lang> is itself a message: a translator who leaves it has a page that says it is English.
# Seen: messages: en, List, A name, He was taken., A photo; the paragraph marked 'no' is translated
# Source: HTML standard, 3.2.6.2 'The translate attribute': translatable attributes are among others alt, title, placeholder
#   and aria-label; translate-toolkit's documentation, html2po.
# Instead: give data-translate-ignore to all that has translate="no" before html2po, as below; compare those elements
#   after po2html with what was sent.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 polib==1.2.0 || exit 2

cat > page.html <<'END'
<!DOCTYPE html><html lang="en"><head><title>List</title></head><body><p translate="no">A name</p><p>He was taken.</p>
<img src="a.jpg" alt="A photo"><input placeholder="Your words" aria-label="Words"></body></html>
END
sed 's/translate="no"/translate="no" data-translate-ignore/' page.html > marked.html

cat > look.py <<'END'
import subprocess, sys
import polib


def messages(name):
    subprocess.run(["venv/bin/html2po", "--progress=none", f"{name}.html", f"{name}.po"], check=True)
    return polib.pofile(f"{name}.po")


catalogue = messages("page")
sent = [entry.msgid for entry in catalogue]
for entry in catalogue:
    entry.msgstr = {"en": "ug", "A name": "Something else", "He was taken.": "Taken", "A photo": "Photo"}.get(entry.msgid, "")
catalogue.save("done.po")
subprocess.run(["venv/bin/po2html", "--progress=none", "-t", "page.html", "-i", "done.po", "-o", "done.html"], check=True)
done = open("done.html", encoding="utf-8").read()
marked = [entry.msgid for entry in messages("marked")]
print(sent, marked, done, sep="\n")
if sent != ["en", "List", "A name", "He was taken.", "A photo"] or '<p translate="no">Something else</p>' not in done:
    sys.exit(f"changed: {sent}")
if "A name" in marked or "Your words" not in done:
    sys.exit(f"changed: {marked}")
END
venv/bin/python look.py
