"""Publishing: from the archive to a folder of plain files that anyone can copy, serve, read and check.

To be read in this order:

=====================  =========================================================================
:mod:`.cataloguing`    what the desk says of an item, and whether it is released
:mod:`.statements`     the public statement of each item, found again or signed anew
:mod:`.remaking`       published files made anew, and kept in the archive
:mod:`.media`          of a picture or clip: published media, made once
:mod:`.posts`          of a post: its text, translations, thread (and :mod:`.pictures`, :mod:`.reading`)
:mod:`.persons`        of a person of the list
:mod:`.contents`       what an edition of today would show
:mod:`.openings`       what is opened of the private ledger with a post
:mod:`.withdrawing`    what was published and is no more; :mod:`.corrections` what says something else now
:mod:`.leaks`          nothing private stands in any built byte
:mod:`.showing`        the values pages are made from, by :mod:`.values`
:mod:`.pages`          the HTML, from templates/, static/ and :mod:`.words`
:mod:`.sheets`         files that are made together, kept as long as what they are made of is the same
:mod:`.shelf`          what is remembered of them; :mod:`.making` makes and keeps, in :mod:`.halves`
:mod:`.proofs`         the public ledger and the proofs beside each statement
:mod:`.folder`         the new folder, exchanged for the old in one step
:mod:`.building`       one edition's folder; :mod:`.edition` all of it, in order
=====================  =========================================================================

The layout is specified in ``docs/spec/publication.md``.
"""

from tamizdat.publishing.publish import PublishReport, publish

__all__ = ["PublishReport", "publish"]
