"""What a reader brings who judges stamps and witnesses: without certificates nothing that reads them is loaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.cosignature import Witness

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True)
class Trust:
    """Whom the reader trusts: roots of authorities, headers of blocks (80 bytes), witnesses that must have signed."""

    roots: "Sequence[x509.Certificate]" = ()
    headers: Sequence[bytes] = ()
    witnesses: Sequence[Witness] = ()


NOTHING: Final = Trust()
