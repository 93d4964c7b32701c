"""A small file of a form, held in memory: a table, a memory, a packet. What is larger than its limit is not taken."""

from tamizdat.errors import UsageError


class SmallFile:
    """Takes one file as it comes (:class:`tamizdat.web.upload.Receiver`), at most *most* bytes of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = bytearray()
        self.name = ""

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return bytes(self._held)

    def begin(self, name: str, size: int | None) -> None:
        """Begin; raise :class:`UsageError` for what is too large."""
        self.name = name
        self._check(0)

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise :class:`UsageError` when there are too many."""
        self._check(len(data))
        self._held += data

    def finish(self) -> None:
        """Settle; raise :class:`UsageError` for a file of 0 bytes."""
        if not self._held:
            raise UsageError(f"Expected a file with something in it, found “{self.name}” with 0 bytes. Send another.")

    def abandon(self) -> None:
        """Let go of what came."""
        self._held = bytearray()

    def _check(self, more: int) -> None:
        if len(self._held) + more > self._most:
            found, self._held = len(self._held) + more, bytearray()
            raise UsageError(
                f"Expected a file of at most {self._most:,} bytes, found {found:,} and more. Send a smaller one."
            )
