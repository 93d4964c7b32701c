"""Who withholds somebody is told where the edition names them, and where authors do, however large it is."""

import pytest

from support.collecting_desk import tweet
from support.published_desk import House, status
from tamizdat.archive.acts.people import state_person
from tamizdat.publishing import still_named as module
from tamizdat.publishing.still_named import StillNamed, still_named
from tamizdat.statements.catalogued import PersonEntry


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house"))
    said = (
        "她来了",
        "Tsering-Pema came",
        "I saw Dr TseringPema",
        "她來了，王小明也在",
        "Nobody",
        "Pema came",
        "كتبت فاطمة",
    )
    house.take(*(tweet(number, words) for number, words in enumerate(said, 1)), tweet(8, "Pema Tsering, for few"))
    house.release(*range(1, 8))
    house.release(5, tags=["with Pema Tsering"])
    house.translate(1, "She came, and 王 小明")
    house.capture("1.txt", b"Her name is nowhere", caption="pematsering at the gate")
    house.publish()
    house.release(6, tags=["Tsering"])
    return house


@pytest.mark.parametrize("few", [2_000, 0])
def test_of_a_few_items_all_are_read_and_of_many_those_that_the_search_finds(house: House, few: int) -> None:
    names = ("Pema Tsering", "王小明", "فاطمه", "Pema", "བཀྲ་ཤིས")
    pema, wang, fatima, short, nobody = (state_person(house.archive, house.desk, PersonEntry(name)) for name in names)
    one, two, three, four, five, six, seven = (house.number(status(each)) for each in range(1, 8))
    [item] = house.archive.index.items()

    def told(*people: int) -> StillNamed:
        return still_named(house.archive, house.site, people, few)

    assert told(pema) == StillNamed((five, item.number), (two, three))
    assert told(wang) == StillNamed((one,), (four,))
    assert told(fatima) == StillNamed((), (seven,))
    assert told(short) == StillNamed((five,), (two, six))
    assert told(nobody) == StillNamed()
    assert told(pema, wang).desk == (one, five, item.number)
    assert told() == StillNamed()


def test_what_was_not_looked_at_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = state_person(house.archive, house.desk, PersonEntry("Pema Tsering"))
    for limit in ("FEW_NAMES", "BEHIND"):
        with monkeypatch.context() as patch:
            patch.setattr(module, limit, -1)
            assert still_named(house.archive, house.site, [person], 0) == StillNamed((), (), looked=False)
    monkeypatch.setattr(module, "MOST_HITS", 1)
    assert not still_named(house.archive, house.site, [person], 0).looked
