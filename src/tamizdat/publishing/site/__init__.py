"""How it looks: a model made into pages, feeds and a word search. Knows no archive and no disk."""
