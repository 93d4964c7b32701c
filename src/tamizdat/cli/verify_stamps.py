"""By what ``verify`` judges time stamps: the roots of authorities, and the headers of blocks that a reader has."""

from argparse import Namespace
from pathlib import Path

from cryptography import x509

from tamizdat.errors import UsageError
from tamizdat.timestamps.ots import HEADER, block_time
from tamizdat.timestamps.roots import BEGIN, certificates_in, system_roots
from tamizdat.verifying.trust import Trust


def trust_of(args: Namespace) -> Trust:
    """Return the roots of ``--stamp-roots``, else the system's, and the headers of ``--block-header``.

    Raises UsageError for files that hold something else.
    """
    headers = [header for each in args.block_header or () for header in _headers(each)]
    given: list[Path] = args.stamp_roots or []
    roots = [root for each in given for root in _roots(each)] if given else list(system_roots())
    return Trust(tuple(roots), tuple(headers))


def _roots(path: Path) -> list[x509.Certificate]:
    try:
        data = path.read_bytes()
        found = list(certificates_in(data)) if BEGIN in data else [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError, x509.InvalidVersion) as error:
        raise UsageError(
            f"Expected certificates of roots in {str(path)!r} (PEM or DER), found none: {error}"
        ) from error
    if not found:
        raise UsageError(f"Expected certificates of roots in {str(path)!r} (PEM or DER), found none.")
    return found


def _headers(given: str) -> list[bytes]:
    """Return block headers: 160 hexadecimal digits, or a file with them, one a line, or with the 80 bytes."""
    path = Path(given)
    try:
        data = path.read_bytes() if len(given) != 2 * HEADER and path.is_file() else given.encode()
        found = [data] if len(data) == HEADER else [bytes.fromhex(line.decode("ascii")) for line in data.split()]
    except (OSError, ValueError):
        found = []
    if not found or any(len(each) != HEADER for each in found):
        raise UsageError(
            f"Expected a block's header as {2 * HEADER} hexadecimal digits, or a file with it, found {given[:60]!a}. "
            "'bitcoin-cli getblockheader HASH false' prints it."
        )
    for each in found:
        block_time(each)
    return found
