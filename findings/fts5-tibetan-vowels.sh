#!/bin/sh
# What: SQLite FTS5, tokenizer unicode61 (the SQLite of Python, 3.40.1 when written)
# Guess: unicode61 finds a Tibetan syllable between its dots as it finds a word between spaces.
# Does: vowel signs and subjoined letters are no token characters: a syllable falls into bare consonants, and ཀི, ཀུ,
#   ཀོ are all ཀ; a search for one syllable finds others. Hindi suffers the same.
# Seen: 'ཀི' finds the text 'ཀོ'; the terms of བོད are བ and ད.
# Source: SQLite, FTS5, 4.3.1: all of categories L*, N*, Co are token characters; vowel signs are Mn, subjoined
#   letters Mn.
# Instead: tokenizer unicode61 with the option categories 'L* N* Co Mn Mc' (as below), or index syllables of your own
#   making.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 - <<'END'
import sqlite3, sys

base = sqlite3.connect(":memory:")


def found(tokenizer, text, query):
    base.execute("drop table if exists t")
    base.execute(f'create virtual table t using fts5(x, tokenize="{tokenizer}")')
    base.execute("insert into t values (?)", (text,))
    return base.execute("select count(*) from t where t match ?", (f'"{query}"',)).fetchone()[0]


whole = "unicode61 categories 'L* N* Co Mn Mc'"
print(sqlite3.sqlite_version, found("unicode61", "ཀོ", "ཀི"), found(whole, "ཀོ", "ཀི"), found(whole, "བོད་ཡིག", "ཡིག"))
if found("unicode61", "ཀོ", "ཀི") != 1 or found("unicode61", "हिन्दी", "ह") != 1:
    sys.exit("changed: unicode61 tells Tibetan vowels apart now")
if found(whole, "ཀོ", "ཀི") != 0 or found(whole, "བོད་ཡིག", "ཡིག") != 1:
    sys.exit("changed: categories no longer mend it")
END
