"""A place that goes wrong in every way a place can, around a real one; the same seed goes wrong the same way.

::

    place = FaultyPlace(MemoryPlace("liar"), Faults(lose=0.1, flip=0.1, fail=0.05), seed=7)

What happens to an object is settled when it is put, so a damaged copy stays damaged until it is put again,
when the dice are rolled anew. A transient failure is settled call by call. ``place.suffered`` counts
what happened, so that a test can see that its faults took place at all.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tamizdat.errors import PlaceFull, PlaceUnreachable
from tamizdat.places import Guarantees, Place
from tamizdat.places.place import check_name


@dataclass(frozen=True)
class Faults:
    """How often what goes wrong: the share of objects (or, for *fail*, of calls), from 0 to 1."""

    lie: float = 0  #: says that it holds the object (``stat`` and listing too), and never did
    lose: float = 0  #: took it and lost it; its listing still shows it
    truncate: float = 0  #: gives back only the beginning
    lengthen: float = 0  #: gives back more than was put
    flip: float = 0  #: gives back one bit changed
    swap: float = 0  #: gives back the bytes of another object
    hide: float = 0  #: leaves it out of the listing, and holds it
    fail: float = 0  #: does not answer, this time
    half: float = 0  #: breaks off in the middle of ``put``, and keeps the beginning under the final name
    shuffle: bool = True  #: lists in another order every time, with repetitions
    capacity: int | None = None  #: bytes after which it is full


#: The faults that settle an object's fate, each with its share; at most one befalls an object.
FATES = ("lie", "lose", "truncate", "lengthen", "flip", "swap", "hide", "half")


class FaultyPlace:
    """A :class:`~tamizdat.places.Place` with :class:`Faults`; it promises nothing."""

    guarantees = Guarantees(atomic_put=False, durable_put=False, complete_list=False, can_delete=True)

    def __init__(self, inner: Place, faults: Faults, seed: int = 0) -> None:
        self.inner = inner
        self.faults = faults
        self.suffered: Counter[str] = Counter()
        self._seed = seed
        self._calls: Counter[str] = Counter()
        self._fates: dict[str, str] = {}
        self._claimed: dict[str, int] = {}  # what it says it holds, by size
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.inner.name

    def __repr__(self) -> str:
        return f"FaultyPlace({self.inner!r})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        check_name(name)
        self._answer("put", name)
        with self._lock:
            used = sum(self._claimed.values()) - self._claimed.get(name, 0)
            if self.faults.capacity is not None and used + len(data) > self.faults.capacity:
                raise PlaceFull(f"Place “{self.name}” is full.")
            fate = self._fates[name] = self._draw(name)
            self._claimed[name] = len(data) // 2 if fate == "half" else len(data)
            self.suffered[fate] += 1
        if fate == "half":
            self.inner.put(name, bytes(data)[: len(data) // 2])
            raise PlaceUnreachable(f"Place “{self.name}” broke off in the middle.")
        if fate in ("lie", "lose"):
            self.inner.delete(name)
        else:
            self.inner.put(name, data)

    def get(self, name: str) -> bytes:
        self._answer("get", name)
        fate = self._fates.get(check_name(name), "")
        return self._spoilt(fate, name, self.inner.get(name))

    def stat(self, name: str) -> int:
        self._answer("stat", name)
        fate = self._fates.get(check_name(name), "")
        return self._claimed[name] if fate == "lie" else len(self._spoilt(fate, name, self.inner.get(name)))

    def list(self) -> Iterator[str]:
        self._answer("list", "")
        claimed = {name for name, fate in self._fates.items() if fate in ("lie", "lose") and name in self._claimed}
        shown = [name for name in {*self.inner.list(), *claimed} if self._fates.get(name) != "hide"]
        if self.faults.shuffle:
            shown = sorted(shown * 2, key=lambda name: self._chance("list", name, self._calls["list"]))
        return iter(shown)

    def delete(self, name: str) -> None:
        self._answer("delete", name)
        self.inner.delete(name)
        with self._lock:
            self._claimed.pop(name, None)

    def _spoilt(self, fate: str, name: str, held: bytes) -> bytes:
        """What it gives for what it holds."""
        if fate == "truncate":
            return held[: int(len(held) * self._chance("cut", name))]
        if fate == "lengthen":
            return held + b"more"
        if fate == "flip" and held:
            at = int(len(held) * self._chance("bit", name))
            return held[:at] + bytes([held[at] ^ 1 << int(8 * self._chance("which", name))]) + held[at + 1 :]
        if fate == "swap":
            others = sorted(set(self.inner.list()) - {name})
            return self.inner.get(others[int(len(others) * self._chance("other", name))]) if others else b""
        return held

    def _draw(self, name: str) -> str:
        chance = self._chance("fate", name, self._calls[f"put {name}"])
        for fate in FATES:
            chance -= getattr(self.faults, fate)
            if chance < 0:
                return fate
        return ""

    def _answer(self, verb: str, name: str) -> None:
        """Answer this call, or fail this time."""
        with self._lock:
            self._calls[verb] += 1
            self._calls[f"{verb} {name}"] += 1
            nth = self._calls[f"{verb} {name}"]
            failing = self._chance(verb, name, nth) < self.faults.fail
            self.suffered["fail"] += failing
        if failing:
            raise PlaceUnreachable(f"Place “{self.name}” does not answer, this time.")

    def _chance(self, *what: object) -> float:
        """A number from 0 to 1 that depends on the seed and on *what* alone, whatever threads do."""
        digest = hashlib.sha256(repr((self._seed, *what)).encode()).digest()
        return int.from_bytes(digest[:6], "big") / (1 << 48)
