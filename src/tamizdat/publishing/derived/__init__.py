"""What is said: the public statements of an edition, made from the archive."""
