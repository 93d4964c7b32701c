"""A desk that translates: posts taken in, three accounts, and their work."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from support.collecting_desk import NOW, Desk, in_folder, manifest_of, tweet, x_files
from tamizdat.translation.proposals import propose, review, tag

DAY: Final = "2026-11-25"
LIN, WEI, MAY = (bytes([number]) * 32 for number in (1, 2, 3))  #: secrets of three accounts


class Bureau(Desk):
    """A desk whose posts are ``https://x.com/i/status/1``, ``…/2``, one for each text."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, *texts: str, **more: str) -> "Bureau":
        """A new desk with these posts."""
        bureau = cls.make(folder / "archive")
        assert isinstance(bureau, Bureau)
        bureau.folder = folder
        bureau.take_texts(dict(enumerate(texts, 1)), **more)
        return bureau

    def take_texts(self, texts: dict[int, str], folder: str = "x", **more: str) -> None:
        """Takes in an export with these posts."""
        posts = [tweet(number, text, **more) for number, text in texts.items()]
        self.take(in_folder(self.folder / folder, x_files(posts, manifest=manifest_of(NOW, len(posts)))))

    def edit(self, number: int, text: str) -> None:
        """A day later, the post says something else."""
        when = NOW + timedelta(days=1)
        files = x_files([tweet(number, text)], manifest=manifest_of(when, 1))
        self.take(in_folder(self.folder / f"later-{number}", files), when)

    def post(self, number: int) -> str:
        """The id of a post."""
        return f"https://x.com/i/status/{number}"

    def propose(
        self, number: int, *targets: str, by: bytes = LIN, language: str = "en", notes: tuple[str, ...] = ()
    ) -> int:
        """Proposes a translation of the version that counts."""
        version = self.archive.index.posts.versions(self.post(number))[-1]
        whose = tag(by, self.post(number), language)
        return propose(self.archive, self.key, whose, version, language, targets, notes, DAY)

    def review(self, translated: int, verdict: str, by: bytes = WEI) -> int:
        """Reviews a translation."""
        work = self.archive.index.translations.translation(translated)
        whose = tag(by, work.post, work.language) if work else by[:16].hex()
        return review(self.archive, self.key, whose, translated, verdict, DAY)

    def approved(self, number: int, *targets: str, language: str = "en") -> int:
        """A translation that was proposed, reviewed and approved."""
        translated = self.propose(number, *targets, language=language)
        self.review(translated, "reviewed")
        self.review(translated, "approved")
        return translated

    def state(self, translated: int) -> str:
        """The state of a translation."""
        work = self.archive.index.translations.translation(translated)
        assert work
        return work.state
