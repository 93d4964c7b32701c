"""What is true of text in any script: languages, tokens, which characters a text may hold, and the words of our pages.

These words are in :mod:`.catalogue`, the only module here that opens files.
"""
