"""The languages of the interface, and a message in each of them."""

from typing import Final, NamedTuple


class Message(NamedTuple):
    """One thing to say, in every language of the interface."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        """Return what is said in *language*, one of :data:`LANGUAGES`."""
        return self.zh if language == "zh" else self.en


LANGUAGES: Final = Message._fields  #: the first one has the pages at the root, the others a folder each
ENDONYMS: Final = Message("English", "中文")
TAGS: Final = Message("en", "zh-Hans")  #: BCP 47, for ``lang`` and ``hreflang``
