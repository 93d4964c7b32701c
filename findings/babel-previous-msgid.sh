#!/bin/sh
# What: Babel 2.19.0 (PyPI), PO files; GNU gettext 0.21 (Debian 12) writes and reads them
# Guess: reading a catalogue and writing it keeps what gettext noted of a fuzzy message, its previous text ('#| msgid'),
#   as Babel's own writer does for what it finds fuzzy; or it is left out.
# Does: the reader takes the line for a comment of the translator, and the writer makes '# | msgid …' of it: gettext and
#   its editors no longer know the old text and cannot show what changed, and the translators read a line of PO as a
#   note. It stays there after the message is translated anew.
# Seen: '#| msgid "Old words"' → '# | msgid "Old words"'; previous_id is empty, user_comments has it.
# Source: GNU gettext manual, 'The Format of PO Files': '#| msgid previous-untranslated-string'; python-babel/babel,
#   issue 206 (open since 2015).
# Instead: let msgmerge and msgcat alone write the catalogues of translators, and Babel only read and compile.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v msgmerge >/dev/null || { echo 'needs gettext (Debian package gettext)'; exit 2; }
msgmerge --version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq babel==2.19.0 || exit 2

head='msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: bo\\n"\n\n'
printf "${head}"'msgid "Check the letters before sending"\nmsgstr "བརྟག"\n' > old.po
printf "${head}"'msgid "Check the letter before sending"\nmsgstr ""\n' > new.pot
msgmerge --quiet --previous -o merged.po old.po new.pot
grep -A 4 fuzzy merged.po

venv/bin/python - <<'END'
import sys
from babel.messages.pofile import read_po, write_po

with open("merged.po", "rb") as file:
    catalog = read_po(file)
with open("written.po", "wb") as file:
    write_po(file, catalog, include_previous=True)
message = catalog["Check the letter before sending"]
print(message.previous_id, message.user_comments)
if message.previous_id or message.user_comments != ['| msgid "Check the letters before sending"']:
    sys.exit(f"changed: previous {message.previous_id}, comments {message.user_comments}")
END
grep '^# | msgid "Check the letters' written.po || { echo 'changed: the writer makes no comment of it'; exit 1; }
grep -q '^#| msgid' written.po && { echo 'changed: the previous text is there'; exit 1; }
msgattrib --clear-fuzzy --clear-previous written.po | grep -q '^# | msgid' || { echo 'changed: it does not stay'; exit 1; }
exit 0
