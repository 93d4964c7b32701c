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
        """Begin; how large it is, its bytes tell."""
        self.name = name

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise :class:`UsageError` when there are too many."""
        self._held += data
        if (found := len(self._held)) > self._most:
            self.abandon()
            raise UsageError(
                f"Expected a file of at most {self._most:,} bytes, found {found:,} and more. Send a smaller one."
            )

    def finish(self) -> None:
        """Settle; raise :class:`UsageError` for a file of 0 bytes."""
        if not self._held:
            raise UsageError(f"Expected a file with something in it, found “{self.name}” with 0 bytes. Send another.")

    def abandon(self) -> None:
        """Let go of what came."""
        self._held = bytearray()
