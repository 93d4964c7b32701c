"""Publishing: from the archive to a folder of plain files that anyone can copy, serve, read and check.

To be read in this order:

====================  ==========================================================================
:mod:`.cataloguing`   what the desk says of an item, and whether it is released
:mod:`.media`         published media, made once, and the statement about them
:mod:`.withdrawing`   what was published and is no more
:mod:`.pages`         the HTML, from templates/, static/ and :mod:`.words`
:mod:`.leaks`         nothing private stands in any built byte
:mod:`.proofs`        the public ledger and the proofs beside each statement
:mod:`.folder`        the new folder, exchanged for the old in one step
:mod:`.edition`       all of it, in order
====================  ==========================================================================

The layout is specified in ``docs/spec/publication.md``.
"""

from tamizdat.publishing.cataloguing import catalogue
from tamizdat.publishing.edition import Edition, publish

__all__ = ["Edition", "catalogue", "publish"]
