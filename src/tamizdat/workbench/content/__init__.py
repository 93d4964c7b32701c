"""What a screen shows of the archive: a post, a translation, an item's history, the tasks."""
