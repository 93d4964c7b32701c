"""Who is there and who may what: accounts, passphrases, sessions, permissions."""
