"""Translation: from a post to words another person can read, by people, with memory, glossary and review."""
