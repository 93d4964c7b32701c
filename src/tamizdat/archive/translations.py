"""What the index knows of translations: who proposed which words, and what came of them.

::

    60 translated  {"post": …, "language": "en", "segments": [{"source": "…", "target": "…"}], "by": tag, …}   proposed
    61 reviewed    {"translated": {"index": 60, …}, "verdict": "reviewed", "by": another tag, …}                reviewed
    62 reviewed    {"translated": {"index": 60, …}, "verdict": "approved", "by": …}                             approved

``docs/spec/translation.md`` has the members. The statements are made in :mod:`tamizdat.translation`.
"""
