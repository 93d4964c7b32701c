"""What the index answers, made from the ledger alone: items, posts, people, releases, translations."""
