"""What is true of text in any script: languages, tokens, which characters a text may hold; and all that our
pages say, in :mod:`.catalogue`, the only module here that opens files."""
