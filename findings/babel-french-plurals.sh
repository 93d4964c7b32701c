#!/bin/sh
# What: Babel 2.19.0 (PyPI), catalogues in French and Spanish; GNU gettext 0.21 (Debian 12) and translate-toolkit 3.20.4 (PyPI)
#   to compare
# Guess: French and Spanish have two forms, one and many, in every program, so catalogues of both can be put together; one
#   that lacks a form is refused when it is compiled.
# Does: in CLDR they have three (French since 38, Spanish since 40), the second for whole millions (un million de noms).
#   'pybabel init' writes three into a new catalogue, msginit two, and translate-toolkit counts two. Put together with
#   msgcat, messages of an older catalogue keep two under a header of three: msgfmt refuses that, 'pybabel compile' does
#   not and tells nothing. What is shown for 2, 3 or 17 is then the source, English; 'noms' is shown for a million alone,
#   and tests with 1 are well.
# Seen: nplurals=3; compiled by Babel: 1 '%d nom', 2 '%d names', 1000000 '%d noms'
# Source: CLDR, Plural rules: French and Spanish, category 'many'; gettext manual, 'Plural forms': 'Two forms, singular used for
#   zero and one: French'.
# Instead: 'msgfmt --check' before 'pybabel compile'; one header for a language in all catalogues, and new ones made from it.
set -eu
for program in msginit msgcat msgfmt; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq babel==2.19.0 translate-toolkit==3.20.4 || exit 2

cat > template.pot <<'END'
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

msgid "%d name"
msgid_plural "%d names"
msgstr[0] ""
msgstr[1] ""
END
cat > older.po <<'END'
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Language: fr\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "%d name"
msgid_plural "%d names"
msgstr[0] "%d nom"
msgstr[1] "%d noms"
END

changed=""
for language in fr es; do
  venv/bin/pybabel -q init -i template.pot -l $language -o $language.po
  msginit --no-translator -l $language -i template.pot -o other.po 2> /dev/null
  counts="$(sed -n 's/.*nplurals=\([0-9]\).*/\1/p' $language.po other.po | tr '\n' ' ')"
  counts="$counts$(venv/bin/python -c "from translate.lang.factory import getlanguage; print(getlanguage('$language').nplurals)")"
  echo "$language: forms of Babel, gettext, translate-toolkit: $counts"
  [ "$counts" = "3 2 2" ] || changed="$changed $language: $counts"
done

msgcat --use-first fr.po older.po -o joined.po
if msgfmt --check -o /dev/null joined.po; then changed="$changed msgfmt"; fi
said=$(venv/bin/pybabel compile -i joined.po -o joined.mo -l fr 2>&1) || changed="$changed pybabel"
echo "$said"
[ "$said" = "compiling catalog joined.po to joined.mo" ] || changed="$changed pybabel: $said"
venv/bin/python - <<'END' || changed="$changed forms"
import gettext, sys

shown = gettext.GNUTranslations(open("joined.mo", "rb"))
found = [shown.ngettext("%d name", "%d names", count) for count in (1, 2, 17, 1_000_000)]
print(found)
sys.exit(found != ["%d nom", "%d names", "%d names", "%d noms"])
END
[ -z "$changed" ] || { echo "changed:$changed"; exit 1; }
