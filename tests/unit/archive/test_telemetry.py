"""What a device wrote of where it was, and which one it is, is released by nobody who did not say that it is meant."""

import pytest

from support.published_desk import House
from tamizdat.archive.acts.items import catalogue
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.text.telemetry import telemetry

DRONE = (
    b'1\n00:00:00,000 --> 00:00:00,033\n<font size="28">FrameCnt: 1\n[latitude: 29.65] [longitude: 91.13]</font>\n\n'
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("desk"))


def test_a_drones_captions_are_not_released_as_a_text_unless_their_places_are_meant(house: House) -> None:
    number = house.capture("DCIM/DJI_0001.SRT", 3 * DRONE)
    size = house.archive.size
    with pytest.raises(UsageError, match=rf"3 with places\..*release {number} --bytes-tell coordinates"):
        house.release_item(number)
    assert house.archive.size == size, "nothing is stated"
    catalogue(house.archive, house.desk, CataloguedItem(number, title="A flight"))
    released = CataloguedItem(number, release=Release.PUBLIC)
    with pytest.raises(UsageError, match="3 with places"):
        catalogue(house.archive, house.desk, released, tells=("device",))
    catalogue(house.archive, house.desk, released, tells=("coordinates",))
    item = house.archive.index.item(number)
    assert item is not None
    assert item.release == Release.PUBLIC


def test_what_somebody_wrote_is_released_as_before(house: House) -> None:
    house.release_item(house.capture("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nGPS 不准。\n".encode()))


@pytest.mark.parametrize(("text", "told"), [
    ("F/2.8, SS 160, GPS (91.1300, 29.6500, 12), D 17m", {"coordinates": 1}),
    ("$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62", {"coordinates": 1}),
    ('<trkpt lat="29.65" lon="91.13">', {"coordinates": 1}),
    ("GPS Position : 29 deg 39' N\nSerial Number : 4053961", {"coordinates": 1, "device": 1}),
    ("time;GPS_Latitude;GPS_Longitude\n1;29.6500;91.1300\n2;29.6501;91.1301\n", {"coordinates": 2}),
    ("The serial number was gone. Two of us, 29.6 m from the gate, lat of day.", {}),
    ("name,longing,latin\na,1.234,2\n", {}),
])  # fmt: skip
def test_places_and_numbers_of_devices_are_told_from_words(text: str, told: dict[str, int]) -> None:
    assert telemetry(text) == told
