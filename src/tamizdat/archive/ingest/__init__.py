"""Taking in exports and feeds: bytes into the store, each post, difference and removal into the ledger."""
