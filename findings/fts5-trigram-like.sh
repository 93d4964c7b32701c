#!/bin/sh
# What: SQLite FTS5, tokenizer trigram (the SQLite of Python, 3.40.1 when written), with apsw 3.54.1.0 to compare
# Guess: LIKE '%北京%' finds a word of two letters, as LIKE '%po%' does: the documentation promises a slower scan where
#   a pattern has no three characters in a row.
# Does: the three are counted in bytes. Two Chinese letters have six, so the index is asked for them, which knows only
#   runs of three letters: no row, no error. Most Chinese words have two letters. MATCH finds none of them either, in
#   any version; in SQLite 3.54 LIKE does.
# Seen: in 警察在北京楼下: LIKE '%北京%' nothing, '%北京楼%' the row; 'police': '%po%' the row.
# Source: SQLite, FTS5 4.3.5 'The Trigram Tokenizer': without three non-wildcard characters 'FTS5 falls back to a
#   linear scan'.
# Instead: keep LIKE away from the index (WHERE +text LIKE ?), or index letters and pairs of letters of your own
#   making.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq apsw==3.54.1.0 || exit 2

venv/bin/python - <<'END'
import sqlite3, sys
import apsw

MADE = "CREATE VIRTUAL TABLE posts USING fts5(text, tokenize='trigram')"
FILL = "INSERT INTO posts VALUES ('警察在北京楼下'), ('police at the door')"


def counts(connection):
    connection.execute(MADE)
    connection.execute(FILL)
    asked = {words: f"text LIKE '%{words}%'" for words in ("北京", "北京楼", "po")}
    asked["apart"], asked["match"] = "+text LIKE '%北京%'", "posts MATCH '\"北京\"'"
    return {name: list(connection.execute(f"SELECT count(*) FROM posts WHERE {each}"))[0][0] for name, each in asked.items()}


here, newer = counts(sqlite3.connect(":memory:")), counts(apsw.Connection(":memory:"))
print(sqlite3.sqlite_version, here, apsw.sqlite_lib_version(), newer)
if (here["北京楼"], here["po"], here["apart"]) != (1, 1, 1) or newer["match"]:
    sys.exit("changed: what was found is not, or MATCH finds two letters")
if here["北京"] or not newer["北京"]:
    sys.exit(f"changed: LIKE finds {here['北京']} rows here, {newer['北京']} in the newer one")
END
