"""The archive: one folder that holds what arrived, every statement about it, and an index over both.

::

    archive/
      archive.json     canonical JSON: the format and the log's origin. Its presence makes the folder an archive
      entries.log      the private ledger: commitment, salt and envelope of every statement (entries.py, record.py)
      entries.places   where each of its records begins, for who opens it next; a view, too (places.py)
      objects/ab/<64>  what arrived, whole files named by their SHA-256, read-only (objects.py)
      staging/<run>/   files on their way into objects/, one folder for each living process (staging.py)
      index.sqlite     a view for questions, made from entries.log alone; may be deleted at any time (index.py)
      search.sqlite    a view of the index for finding words; likewise (search.py)
      following.json   which feeds are followed, and how visits went (ingest/followed.py)
      rechecks.json    which hosts are asked for posts one by one, and how far that is (ingest/rechecks.py)
      lock             flock on it: one writer at a time (tamizdat.disk.lock)

What cannot be made again is ``entries.log`` and ``objects/``. Back these two up, and ``archive.json``.
"""

from tamizdat.archive.archive import Archive
from tamizdat.archive.check import CheckReport, Fault
from tamizdat.archive.log.disclosure import Disclosure
from tamizdat.archive.store.copies import CopyReport
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views.items import Consignment, Item

__all__ = ["Archive", "CheckReport", "Consignment", "CopyReport", "Disclosure", "Fault", "Item", "Objects"]
