"""Translation: from a post to words another person can read, by people, with memory, glossary and review.

::

    proposals.py   to propose and to review, and whose work it is     queue.py       what waits, for whom (standings.py)
    segments.py    the sentences of a post, and the way back          placeables.py  what is never translated
    memory.py      how a sentence like this one was translated        glossary.py    names and terms
    checks.py      what a machine can tell (numbers.py)               difference.py  what was edited since
    packets.py     for other programs (xliff.py, xliff2.py, po.py …)  tmx.py, glossary_csv.py   memory and glossary out

The record is the statements ``translated``, ``reviewed`` and ``catalogued`` (of terms): docs/spec/translation.md.
"""
