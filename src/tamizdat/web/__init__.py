"""Pages served to a browser on the same computer: what every such page needs, whoever serves it.

It knows no account, no archive and no key; what does (:mod:`tamizdat.workbench`) stands above it and passes in an
:class:`~tamizdat.web.routing.Access`. In the order in which a request meets them:

======================  ====================================================================================
:mod:`.server`          a socket on one address, uvicorn, no log of requests
:mod:`.gate`            ASGI middleware: names in ``Host``, requests from other sites, headers of every response
:mod:`.routing`         an address, a method and a handler; checks, errors as pages
:mod:`.upload`          a file that is sent, as it comes
:mod:`.request`         a request as handlers see it, and what they may raise instead of answering
:mod:`.rate_limit`      how often something may be tried
:mod:`.responses`       redirects inside, data for scripts, cookies
:mod:`.static_files`    style, scripts and pictures that browsers may keep
======================  ====================================================================================
"""

from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")  #: names under which a browser on this computer reaches it
