"""Files that survive a pulled plug: written whole or not at all, locked, or kept as a SQLite view."""
