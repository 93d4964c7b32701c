"""Finding words in any script: queries, documents, and the full-text file they are kept in."""
