"""What is true of text in any script: languages, tokens, which characters a text may hold. Opens no file."""
