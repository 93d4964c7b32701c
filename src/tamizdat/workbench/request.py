"""A request to the workbench: who makes it, and the workbench it is for."""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.text.catalogue import WORKBENCH
from tamizdat.text.negotiation import negotiated, offered
from tamizdat.web.request import WebRequest
from tamizdat.web.responses import cookie_name
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.workbench import Workbench

LANGUAGE_COOKIE: Final = "desk-language"  #: what was chosen at the sign-in page, before anybody knows whose it is
MAX_BODY: Final = 4 << 20  #: bytes: the longest post there may be, in a script that a form writes ninefold


@dataclass(frozen=True, kw_only=True)
class WorkbenchRequest(WebRequest):
    """A request and whose it is. *token* is the cookie's."""

    bench: Workbench
    token: str
    fresh: bool  #: whether the cookie is new and must be set
    signed_in: Account | None

    @property
    def account(self) -> Account:
        """Who is signed in; routes that ask for a right are shut to everybody else."""
        assert self.signed_in is not None, "nobody else was let in"
        return self.signed_in

    @property
    def language(self) -> str:
        """Return the language of the interface: the account's, else what was chosen here, else the browser's."""
        account, cookie = self.signed_in, cookie_name(LANGUAGE_COOKIE, self.bench.https)
        chosen = [account.interface] if account and account.interface else [self.cookies.get(cookie, "")]
        return negotiated(chosen, self.headers.get("accept-language", ""), offered(WORKBENCH))

    @property
    def sent(self) -> SmallFile:
        """The small file that came with the form. Raises :class:`UsageError` if none did."""
        if self.file is None:
            raise UsageError(_("Choose a file, then send it."))
        return self.file

    @property
    def max_body(self) -> int:
        """How many bytes its form may have: more for whoever is signed in."""
        return MAX_BODY if self.signed_in else super().max_body
