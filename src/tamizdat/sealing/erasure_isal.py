"""The erasure code's arithmetic by ISA-L, where the system has it (Debian: ``libisal2``).

ISA-L multiplies a matrix over GF(2⁸) with vectors of bytes, in the same field as zfec (polynomial 0x11d), using the
widest instructions the processor has. Given zfec's coefficients it makes zfec's bytes, so whether it is installed
changes how long sealing takes and nothing else. Before its first use it has to agree with zfec on a sample.

    out[i][x] = Σ rows[i][j] · shares[j][x]

The call releases the interpreter's lock and touches no memory but these buffers, whose sizes are checked here.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Final, Protocol

import zfec

NAMES: Final = ("libisal.so.2", "libisal.2.dylib")
SMALLEST: Final = 4096  #: bytes; below this zfec is as fast
LARGEST: Final = (1 << 31) - 1  #: bytes; ISA-L counts in int

_LOADING: Final = Lock()
_DECLARATIONS: Final = """
    void ec_init_tables(int k, int rows, unsigned char *a, unsigned char *gftbls);
    void ec_encode_data(int len, int k, int rows, unsigned char *gftbls, unsigned char **data, unsigned char **coding);
"""

Share = bytes | bytearray | memoryview


class _Library(Protocol):
    """ISA-L, as declared above; arrays are what cffi makes of them. It is part of a cache's key."""

    def __hash__(self) -> int: ...

    def ec_init_tables(self, k: int, rows: int, coefficients: object, tables: object, /) -> None:
        """Expand the coefficients of a matrix into *tables*, 32 bytes for each."""

    def ec_encode_data(self, length: int, k: int, rows: int, tables: object, data: object, coding: object, /) -> None:
        """Multiply the matrix with the *k* arrays in *data*, *length* bytes each, into those in *coding*."""


@cache
def _ffi() -> Any:
    import cffi  # type: ignore[import-untyped]  # here, because it takes 20 ms and most commands code nothing

    ffi = cffi.FFI()
    ffi.cdef(_DECLARATIONS)
    return ffi


def usable(size: int) -> bool:
    """Whether :func:`multiply` may be called for shares of this size."""
    if not SMALLEST <= size <= LARGEST:
        return False
    with _LOADING:  # several threads may seal their first group at the same time
        return _library() is not None


def multiply(rows: tuple[bytes, ...], shares: Sequence[Share], out: Sequence[bytearray | memoryview]) -> None:
    """Compute ``out = rows × shares``; only where :func:`usable` said yes."""
    library = _library()
    assert library is not None, "usable() comes first"
    _multiply(library, rows, shares, out)


def _multiply(
    library: _Library, rows: tuple[bytes, ...], shares: Sequence[Share], out: Sequence[bytearray | memoryview]
) -> None:
    size = len(shares[0])
    if {len(share) for share in (*shares, *out)} != {size} or {len(row) for row in rows} != {len(shares)}:
        raise ValueError("shares, rows and results must fit one another")
    if len(out) != len(rows):
        raise ValueError("one result for each row")
    ffi = _ffi()
    # from_buffer keeps each object alive and unmoved as long as its pointer lives, that is, until we return
    data = [ffi.from_buffer("unsigned char[]", share) for share in shares]
    coding = [ffi.from_buffer("unsigned char[]", share, require_writable=True) for share in out]
    tables = _tables(library, rows)
    pointers = ffi.new("unsigned char *[]", data), ffi.new("unsigned char *[]", coding)
    library.ec_encode_data(size, len(shares), len(rows), tables, *pointers)


@lru_cache(maxsize=64)
def _tables(library: _Library, rows: tuple[bytes, ...]) -> object:
    """Return ISA-L's expansion of the coefficients, 32 bytes for each."""
    k = len(rows[0])
    ffi = _ffi()
    tables = ffi.new("unsigned char[]", 32 * k * len(rows))
    library.ec_init_tables(k, len(rows), ffi.from_buffer("unsigned char[]", b"".join(rows)), tables)
    return tables


@cache
def _library() -> _Library | None:
    """Return the library if it is there and agrees with zfec, else None."""
    for name in NAMES:
        try:
            library: _Library = _ffi().dlopen(name)
            library.ec_encode_data  # noqa: B018 - looks the symbol up
        except (OSError, AttributeError):
            continue
        if _agrees_with_zfec(library):
            return library
    return None


def _agrees_with_zfec(library: _Library) -> bool:
    """Compare ISA-L with zfec: every value of a byte, twelve coefficients, a size no multiple of any register."""
    k, m, size = 4, 3, SMALLEST + 37
    shares = [bytes((x * (j + 1) + x // 256) % 256 for x in range(size)) for j in range(k)]
    encoder = zfec.Encoder(k, k + m)
    numbers = tuple(range(k, k + m))
    rows = tuple(encoder.encode(tuple(bytes(c == r for c in range(k)) for r in range(k)), numbers))
    out = [bytearray(size) for _ in range(m)]
    _multiply(library, rows, shares, out)
    return out == list(encoder.encode(tuple(shares), numbers))
