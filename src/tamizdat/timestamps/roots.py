"""The roots of authorities that this computer trusts, and certificates in files of many."""

import ssl
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from cryptography import x509

BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


@cache
def system_roots() -> tuple[x509.Certificate, ...]:
    """Return the roots that this computer trusts; none where it keeps no such list in a file."""
    try:
        data = Path(ssl.get_default_verify_paths().cafile or BUNDLE).read_bytes()
    except OSError:
        return ()
    return tuple(certificates_in(data))


def certificates_in(pem: bytes) -> Iterator[x509.Certificate]:
    """Yield the certificates in a file of many; one that cannot be read hides no other."""
    with warnings.catch_warnings():  # some old roots are not quite as the standard wants them
        warnings.simplefilter("ignore")
        for each in pem.split(BEGIN)[1:]:
            try:
                yield x509.load_pem_x509_certificate(BEGIN + each.partition(END)[0] + END + b"\n")
            except (ValueError, x509.InvalidVersion):
                continue
