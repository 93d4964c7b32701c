"""The list of people: each entry, and each change to one, is a ``catalogued`` statement; the latest counts."""
