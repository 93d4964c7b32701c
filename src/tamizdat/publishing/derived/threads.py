"""Who answers whom among the posts of an edition."""

from collections.abc import Mapping
from dataclasses import field

from tamizdat.dataclass import dataclass


@dataclass
class Threads:
    """Who answers whom among the posts that are shown.

    *numbers* are those of posts by id; *shown* has the id of what each answers.
    """

    numbers: Mapping[str, int]
    shown: Mapping[str, str | None]
    others: Mapping[str, tuple[int, str | None]] = field(default_factory=dict)  #: the number and the parent of others
    _begun: dict[str, int] = field(default_factory=dict)

    def parent(self, post: str) -> int | None:
        """Return the number of the post it answers, if that is shown."""
        above = self._above(post)
        return None if above is None else self.numbers[above]

    def beginning(self, post: str) -> int:
        """Return the number of the post that its thread begins with: as far up as posts are shown.

        Where they answer each other in a circle, it is the least number of it.
        """
        way: dict[str, None] = {}
        at = post
        while at not in way and at not in self._begun:
            way[at] = None
            above = self._above(at)
            if above is None:
                break
            at = above
        circle = list(way)[list(way).index(at) :] if at in way else []
        begun = self._begun[at] if at in self._begun else min(self.numbers[each] for each in circle)
        self._begun |= dict.fromkeys(way, begun)
        return begun

    def _above(self, post: str) -> str | None:
        # what another post answered in the last edition may be among those that are not shown any more
        answered = self.shown[post] if post in self.shown else self.others[post][1]
        return answered if (answered in self.shown or answered in self.others) and answered != post else None
