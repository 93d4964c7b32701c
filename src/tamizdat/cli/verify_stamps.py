"""By what ``verify`` judges time stamps: the roots of authorities, and the headers of blocks that a reader has."""

import ssl
import warnings
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography import x509

from tamizdat.errors import UsageError
from tamizdat.timestamps.ots import HEADER, block_time
from tamizdat.verifying.stamps import Trust

BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


def trust_of(args: Namespace) -> Trust:
    """Return the roots of ``--stamp-roots``, else the system's, and the headers of ``--block-header``.

    Raises UsageError for files that hold something else.
    """
    headers = [header for each in args.block_header or () for header in _headers(each)]
    given: list[Path] = args.stamp_roots or []
    roots = [root for each in given for root in _roots(each)] if given else list(_system_roots())
    return Trust(tuple(roots), tuple(headers))


def _roots(path: Path) -> list[x509.Certificate]:
    try:
        data = path.read_bytes()
        found = list(_certificates(data)) if BEGIN in data else [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError) as error:
        raise UsageError(
            f"Expected certificates of roots in {str(path)!r} (PEM or DER), found none: {error}"
        ) from error
    if not found:
        raise UsageError(f"Expected certificates of roots in {str(path)!r} (PEM or DER), found none.")
    return found


def _system_roots() -> Iterator[x509.Certificate]:
    try:
        data = Path(ssl.get_default_verify_paths().cafile or BUNDLE).read_bytes()
    except OSError:
        return
    yield from _certificates(data)


def _certificates(pem: bytes) -> Iterator[x509.Certificate]:
    """Yield the certificates in a file of many; one that cannot be read hides no other."""
    with warnings.catch_warnings():  # some old roots are not quite as the standard wants them
        warnings.simplefilter("ignore")
        for each in pem.split(BEGIN)[1:]:
            try:
                yield x509.load_pem_x509_certificate(BEGIN + each.partition(END)[0] + END + b"\n")
            except ValueError:
                continue


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
