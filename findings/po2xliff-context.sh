#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI), po2xliff and xliff2po
# Guess: two commands of one package take a catalogue to a translator's program and back; what the program looks
#   messages up by, context and source, is the same afterwards.
# Does: the context (msgctxt) is not in the XLIFF at all: the translator sees the same word twice and cannot tell verb
#   from state. On the way back the place in the program's source is written as the context, or an empty one: no
#   message with a context is found any more, and the program shows it untranslated. Messages that were taken out
#   ('#~') are in it again, as living ones.
# Seen: msgctxt "verb" and "state" → msgctxt "a.py:1" and ""; msgfmt takes it; pgettext('verb', 'Open') → 'Open'.
# Source: GNU gettext manual, 'Contexts'; translate/translate, issue 268 (open since 2007).
# Instead: put context and source into the XLIFF yourself (a note, and an id made of both), and take only the targets
#   out of what comes back, by that id.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v msgfmt >/dev/null || { echo 'needs msgfmt (Debian package gettext)'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 || exit 2

cat > a.po <<'END'
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Language: zh\n"

#: a.py:1
msgctxt "verb"
msgid "Open"
msgstr "打开"

msgctxt "state"
msgid "Open"
msgstr "开着"

msgid "Close"
msgstr "关上"

#~ msgid "Gone"
#~ msgstr "没了"
END
venv/bin/po2xliff --progress=none a.po a.xlf >/dev/null
venv/bin/xliff2po --progress=none a.xlf back.po >/dev/null
grep -n 'verb\|state"' a.xlf || echo 'a.xlf: no context'
grep '^msgctxt\|Gone' back.po
for name in a back; do msgfmt -o $name.mo $name.po; done
venv/bin/python - <<'END'
import gettext, sys

seen = {}
for name in ("a", "back"):
    with open(f"{name}.mo", "rb") as file:
        messages = gettext.GNUTranslations(file)
    seen[name] = (messages.pgettext("verb", "Open"), messages.pgettext("state", "Open"), messages.gettext("Close"))
print(seen)
if seen["a"] != ("打开", "开着", "关上") or seen["back"][2] != "关上":
    sys.exit("changed: messages of the catalogue itself, or those without a context, are not found")
if seen["back"][:2] != ("Open", "Open"):
    sys.exit(f"changed: afterwards the messages are {seen['back']}")
if '\nmsgid "Gone"' not in open("back.po", encoding="utf-8").read():
    sys.exit("changed: a message that was taken out stays out")
END
