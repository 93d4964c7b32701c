"""A dataclass whose methods are written late is the standard library's in all that can be seen of an object."""

import dataclasses
import importlib
import pickle
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field, fields, replace
from threading import Thread

import pytest

import tamizdat
from tamizdat import dataclass as module
from tamizdat.dataclass import dataclass, field_names


@dataclass(frozen=True)
class Place:
    name: str
    height: int = 0


@dataclass(frozen=True)
class Village(Place):
    houses: tuple[str, ...] = ()


class Hamlet(Place):
    """Follows a dataclass, and is none."""


@dataclass(frozen=True, slots=True)
class Town:
    """Written at once, by the standard library."""

    name: str
    markets: int = 1


@dataclass(frozen=True, kw_only=True)
class Monastery(Place):
    name: str = "?"
    secret: str = field(repr=False)
    visits: list[str] = field(default_factory=list, compare=False)


@dataclass
class Ring:
    inner: "list[Ring]" = field(default_factory=list)


@dataclass
class Count:
    found: list[int] = field(default_factory=list)
    total: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.total = len(self.found)


@dataclass(frozen=True, order=True)
class Day:
    month: int
    day: int


@dataclass(frozen=True)
class Sent:
    words: str


def test_objects_are_those_of_the_standard_library() -> None:
    village = Village("Derge", houses=("one",))
    assert repr(village) == "Village(name='Derge', height=0, houses=('one',))"
    assert village == Village("Derge", 0, ("one",)) != Village("Derge")
    assert hash(village) == hash(Village("Derge", 0, ("one",)))
    assert replace(village, height=3_270).height == 3_270
    assert Hamlet("Yilhun") == Hamlet("Yilhun", 0)
    assert Town("Garze", 2) == Town("Garze", markets=2)
    assert Monastery(secret="…", visits=["one"]) == Monastery(secret="…") != Monastery(secret="?")
    assert repr(Monastery(secret="…", name="Gonchen")) == "Monastery(name='Gonchen', height=0, visits=[])"
    assert Count([1, 2]).total == 2
    assert Count().found is not Count().found
    assert Day(5, 12) < Day(6, 4)
    with pytest.raises(FrozenInstanceError):
        village.name = "Lhasa"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del village.height
    with pytest.raises(TypeError, match=r"Place.__init__\(\) missing 1 required positional argument: 'name'"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unhashable"):
        hash(Count())
    ring = Ring()
    ring.inner.append(ring)
    assert repr(ring) == "Ring(inner=[...])"
    match village:
        case Village(name, _, (house,)):
            assert (name, house) == ("Derge", "one")


def test_objects_of_a_class_that_makes_them_by_itself_are_compared_like_those_that_it_follows() -> None:
    @dataclass(frozen=True)
    class Known:
        name: str

    class Kept(Known):
        def __init__(self, name: str) -> None:
            object.__setattr__(self, "name", name)

    assert Kept("Derge") == Kept("Derge") != Kept("Lhasa")
    assert len({Kept("Derge"), Kept("Derge")}) == 1
    with pytest.raises(FrozenInstanceError):
        Kept("Derge").name = "Lhasa"  # type: ignore[misc]


def test_names_of_fields_are_told_of_a_class_of_which_there_is_no_object() -> None:
    @dataclass(frozen=True)
    class Unmade(Village):
        name: str = "?"
        more: int = 0

    assert field_names(Unmade) == ["name", "height", "houses", "more"]
    assert [each.name for each in fields(Unmade)] == field_names(Unmade)
    assert dataclasses.is_dataclass(Unmade)


def test_an_object_of_another_process_that_is_the_first_of_its_class_is_whole() -> None:
    packed = pickle.dumps(Sent("…"))
    waiting = type("Sent", (), {"__annotations__": {"words": str}, "__module__": __name__, "__qualname__": "Sent"})
    globals()["Sent"] = dataclass(frozen=True)(waiting)  # as it is where none was made yet
    first: Sent = pickle.loads(packed)
    assert type(first) is waiting
    assert first == pickle.loads(packed)
    with pytest.raises(FrozenInstanceError):
        first.words = "!"  # type: ignore[misc]


def test_threads_that_make_the_first_objects_at_once_get_whole_ones() -> None:
    with ThreadPoolExecutor(4) as threads:
        for _ in range(20):

            @dataclass(frozen=True)
            class Shared(Place):
                more: int = 1

            assert [*threads.map(Shared, ["Derge"] * 8)] == [Shared("Derge", 0, 1)] * 8


def test_a_thread_that_makes_an_object_while_methods_are_written_waits_for_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @dataclass(frozen=True)
    class Shared(Place):
        more: int = 1

    write, made, threads = dataclasses.dataclass, list[Place](), list[Thread]()

    def writing(*of: object, **how: bool) -> object:
        for step in (lambda: None, lambda: write(*of, **how)):  # type: ignore[call-overload]
            written = step()
            threads.append(Thread(target=lambda: made.append(Shared("Derge", 3_270, 2))))
            threads[-1].start()
            threads[-1].join(0.05)  # longer makes no difference: it waits for this one
            assert made == []
        return written

    monkeypatch.setattr(dataclasses, "dataclass", writing)
    first = Shared("Derge", 3_270, 2)
    for each in threads:
        each.join()
    assert made == [first] * len(threads)
    assert len({first, *made}) == 1


def test_methods_of_every_dataclass_of_the_program_can_be_written() -> None:
    for found in pkgutil.walk_packages(tamizdat.__path__, "tamizdat."):
        importlib.import_module(found.name)
    ours = [each for each in module._WAITING if each.__module__.startswith("tamizdat.")]
    assert ours
    for each in ours:
        dataclasses.fields(each)
    assert not set(ours) & set(module._WAITING)
