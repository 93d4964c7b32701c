"""A withheld name does not go out with copies of an edition, and is told where it goes to somebody."""

from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.evidence_packages import DAY, EvidenceDesk
from support.published_desk import House, status
from tamizdat.archive.acts.people import state_person
from tamizdat.cutting_room.clearance import NAMED_SINCE, kept_back, require_still_shown
from tamizdat.errors import UsageError
from tamizdat.publishing.book import items_of
from tamizdat.publishing.names_going_out import strings, told_of
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.translation.packet_csv import export_packet_csv
from tamizdat.translation.po import export_po
from tamizdat.translation.tmx import export_tmx
from tamizdat.translation.xliff import export_xliff


def test_what_names_somebody_who_is_withheld_since_the_edition_goes_out_in_no_copy_of_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    wang = {"id_str": "13", "screen_name": "wang", "name": "Dawa Wangmo News"}
    house.take(tweet(1, "她来了"), tweet(2, "Pema came"), tweet(3, "No", user=wang))
    house.release(1, tags=["with Dawa"])
    house.release(2, tags=["Pema"])
    house.release(3, tags=["Dawa Wangmo News"])
    house.publish()
    shown = dict(items_of(house.site))
    one, other, third = (house.number(status(number)) for number in (1, 2, 3))
    require_still_shown(house.archive, house.site, DAY)
    for name in ("Dawa", "Pema"):
        state_person(house.archive, house.desk, PersonEntry(name))
    with pytest.raises(UsageError, match=rf"found 1 item with the name of .* \({one}\)") as refused:
        require_still_shown(house.archive, house.site, DAY)
    assert "Dawa" not in str(refused.value)
    assert kept_back(house.archive, shown, DAY) == [(one, NAMED_SINCE)], "the author says Pema, an account the other"
    assert kept_back(house.archive, {third: shown[third], other: shown[other]}, DAY) == []
    assert kept_back(house.archive, {one: shown[one]}, DAY) == [(one, NAMED_SINCE)]
    house.release(1, tags=["with D."])
    house.publish()
    require_still_shown(house.archive, house.site, DAY)


def test_whose_names_are_in_packets_and_memories_is_told_by_number(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "她来了\nPema 也来了"))
    house.release(1)
    number = state_person(house.archive, house.desk, PersonEntry("Pema", known_as=("Tashi Dolma",)))
    for write in (export_xliff, export_po, export_packet_csv):
        [told] = told_of(house.archive, [write(house.archive, [status(1)], "en", False)])
        assert told.startswith(f"the name of person {number}, which you withhold ("), write
    house.translate(1, "She came with Tashi  Dolma")
    [told] = told_of(house.archive, [export_tmx(house.archive, None, True)[0]])
    assert f"person {number}," in told


def test_names_are_found_in_what_cameras_and_platforms_write_and_in_no_digest(tmp_path: Path) -> None:
    house = House(tmp_path)
    first, second = (state_person(house.archive, house.desk, PersonEntry(each)) for each in ("Tashi Dolma", "Fa"))
    picture = b"\xff\xd8\xff\xe1\0\0<dc:creator>Tashi Dolma</dc:creator>\0Fa 12\0"

    def told(*words: str | bytes) -> list[str]:
        return told_of(house.archive, words)

    assert told(picture, "DCIM/tashi_dolma.jpg") == [f"the name of person {first}, which you withhold (2 lines)"]
    assert told(b'{"text":"here\\nTashi\\u0020Dolma"}', "Tashi\nDolma") == told(picture, picture)
    assert told("to Fa\nwith Fa, Fa\n") == [f"the name of person {second}, which you withhold (2 lines)"]
    assert told_of(house.archive, ["Tashi Dolma"], but=(first,)) == []
    assert [*strings({"Fa": ["a", {"b": "Fa"}, "12fa" * 16, 7, None]})] == ["a", "Fa"]


def test_what_a_package_for_a_court_names_beyond_what_was_chosen_is_told_before(tmp_path: Path) -> None:
    desk = EvidenceDesk(tmp_path)
    house = desk.house
    clip = house.capture("DCIM/Pema_T.txt", b"Fulan Fulani filmed this")
    numbers = [state_person(house.archive, house.desk, PersonEntry(each)) for each in ("Pema", "Fulan Fulani")]
    house.publish()
    told = desk.contents(what=(str(clip),)).tells()
    for number in numbers:
        assert [each for each in told if f"the name of person {number}, which you withhold" in each]
    assert not [each for each in desk.contents().tells() if "you withhold" in each], "she was chosen herself"


def test_of_whom_a_name_is_that_nobody_can_look_for_is_told_too(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = state_person(house.archive, house.desk, PersonEntry("T.", known_as=("So",)))
    state_person(house.archive, house.desk, PersonEntry("Pema"))
    [told] = told_of(house.archive, ["nothing"])
    assert "nobody can look for, of 1 person" in told
    assert not told_of(house.archive, ["nothing"], but=(number,))
