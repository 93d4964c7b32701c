"""A key of the roster of which nobody here has the secret half."""

from tamizdat.errors import KeyMissing
from tamizdat.keys import SigningKey


class PublicKeyAlone(SigningKey):
    """It signs nothing, and says *why*. Statements of an older recipe stand where it is all there is."""

    def __init__(self, public: bytes, why: str) -> None:
        super().__init__(bytes(32))  # of a seed that everybody knows, and that is never used
        self.__dict__["public"] = public
        self.why = why

    def sign(self, message: bytes) -> bytes:
        """Raise :class:`KeyMissing`."""
        raise KeyMissing(self.why)
