"""The private ledger on the disk: commitment, salt and envelope of every statement, in one append-only file."""
