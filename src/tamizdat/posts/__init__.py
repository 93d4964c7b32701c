"""Posts: what people wrote on platforms, read out of the exports and feeds in which it reaches us.

::

    export.py     a folder or a zip, and what is refused of it         elements.py  a long JSON array, piece by piece
    formats/      one file for each format of exports and feeds        report.py    what was taken, what not, and why
    post.py       the post itself (ActivityStreams 2.0)                parts.py     who speaks in a chain of reposts
    times.py      the platform's own times                             plain.py     text out of HTML
    fetch.py      one bounded HTTP request                             feed_visits.py  a feed, visited again

Nothing here writes: `archive.ingest` keeps the bytes and records the statements.
"""
