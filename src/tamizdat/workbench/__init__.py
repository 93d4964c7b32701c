"""The workbench: a thin web face on archive, translation and publishing.

What pages on this computer need in general is in :mod:`tamizdat.web`. To be read in this order:

=========================  =====================================================================
:mod:`.auth`               accounts, passphrases, sign-ins, and who may do what, in one table
:mod:`.sealed_store`       what lies on the disk beside the archive, row by row
:mod:`.drafts`             what somebody has typed or drawn and not yet proposed
:mod:`.notes`              private notes on translations
:mod:`.uploads`            an export that was sent
:mod:`.jobs`               long work meanwhile: exports taken in, editions, books, backups, receiving, forgetting
:mod:`.workbench`          all of it together, opened
:mod:`.request`            a request and whose it is
:mod:`.access`             sign-ins, form tokens and permissions around every route
:mod:`.responses`          pages, redirects, refusals
:mod:`.templating`         Jinja, with the filters that templates use
:mod:`.content`            what screens show: posts, translations, custody, media, the task queue
:mod:`.screens`            the screens, one module each, and the list of all routes
:mod:`.app`                the ASGI application
:mod:`.server`             runs it
=========================  =====================================================================

How it is used is told in ``docs/workbench.md``.
"""

from typing import Final

from tamizdat.disk.installed import REMEDY

NOT_INSTALLED: Final = f"The workbench needs packages that are not installed. {REMEDY}"
