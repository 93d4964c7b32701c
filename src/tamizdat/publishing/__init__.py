"""Publishing: from the archive to a folder of plain files that anyone can copy, serve, read and check.

To be read in this order:

=========================  =====================================================================================
:mod:`.publish`            an edition, from beginning to end; :mod:`.preflight` before it, :mod:`.previous` the last
:mod:`.publisher`          how it is made when something may be new; :mod:`.revision` tells what
:mod:`.derived`            what is said: the public statement of each item, found again or signed anew
:mod:`.model`              the values that pages are made from
:mod:`.site`               how it looks: from these values to HTML, feeds, search; knows no archive and no disk
:mod:`.leaks`              what must not stand anywhere, looked for in every built byte
:mod:`.book`               an EPUB of what an edition shows
:mod:`.build`              build units, their cache, the files, the proofs, and the exchange of the folder
=========================  =====================================================================================

The layout is specified in ``docs/spec/publication.md``.
"""

from tamizdat.publishing.publish import PublishReport, publish

__all__ = ["PublishReport", "publish"]
