#!/bin/sh
# What: GNU gettext 0.21 (Debian 12), Python's gettext
# Guess: 'msgfmt --check' tells of a message that is translated in one plural form and empty in another, or the empty
#   form falls back to the source.
# Does: no error, and --statistics counts it as translated; at run time the empty form is shown: nothing. An empty
#   singular message falls back.
# Seen: msgfmt: '1 translated message.'; ngettext of 5 → ''.
# Source: GNU gettext manual, 'Entries': an untranslated entry has an empty msgstr, and is not used.
# Instead: check every form yourself before a catalogue is taken.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v msgfmt >/dev/null || { echo 'needs msgfmt (Debian package gettext)'; exit 2; }
msgfmt --version | head -n 1

cat > a.po <<'END'
msgid ""
msgstr ""
"Project-Id-Version: a\n"
"PO-Revision-Date: 2024-06-04 00:00+0000\n"
"Last-Translator: a <a@example.org>\n"
"Language-Team: a <a@example.org>\n"
"Language: xx\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "a post"
msgid_plural "posts"
msgstr[0] "eine Nachricht"
msgstr[1] ""
END
msgfmt --check --statistics -o a.mo a.po 2> said || {
  echo 'changed: msgfmt --check refuses an empty plural form'
  exit 1
}
cat said
python3 - <<'END'
import gettext, sys

with open("a.mo", "rb") as file:
    shown = gettext.GNUTranslations(file).ngettext("a post", "posts", 5)
print(repr(shown))
if shown != "" or "1 translated message." not in open("said").read():
    sys.exit(f"changed: shown {shown!r}, said {open('said').read()!r}")
END
