"""The workbench: a thin web face on archive, translation and publishing.

To be read in this order:

=======================  =======================================================================
:mod:`.rights`           who may do what, in one table
:mod:`.accounts`         pseudonyms, invitations, secrets for tags; :mod:`.passphrases`
:mod:`.sealed`           what lies on the disk beside the archive: :mod:`.sessions`,
                         :mod:`.drafts`, :mod:`.notes`
:mod:`.workbench`        all of it together, opened
:mod:`.gate`             what every request passes and every answer carries; :mod:`.limits`
:mod:`.visit`            a request behind the gate; :mod:`.answers`, :mod:`.pages`
:mod:`.reading`          a post as it is read; :mod:`.custody`, :mod:`.showing_media`
:mod:`.working`          a post as it is translated; :mod:`.agenda`: what waits for whom
:mod:`.screens`          the screens, one module each, and the list of all addresses
:mod:`.printing`         making an edition meanwhile
:mod:`.app`              the application; :mod:`.serving` runs it
=======================  =======================================================================

How it is used is told in ``docs/workbench.md``.
"""
