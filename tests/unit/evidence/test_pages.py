"""A captured page goes into a package as the whole web archive, told once, and it is said what else is in that."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.evidence_packages import DAY
from support.published_desk import House
from support.web_samples import DATE, URL, page, wacz
from tamizdat.archive.ingest.web_archives import take_in
from tamizdat.errors import UsageError
from tamizdat.evidence.check import check_package
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.package import write
from tamizdat.evidence.selection import choose
from tamizdat.verifying.report import Verdict

OTHER = "https://school.example/other"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A desk with a web archive of two pages, and an edition that shows neither."""
    house = House(tmp_path_factory.mktemp("desk"))
    house.archive.append([house.roster])
    file = house.folder / "names.wacz"
    file.write_bytes(wacz([page(), page(OTHER)], [{"url": each, "ts": DATE} for each in (URL, OTHER)]))
    take_in(house.archive, house.desk, file, datetime(2026, 11, 23, 12, 30, 17, tzinfo=UTC))
    house.picture()
    house.publish()
    return house


def test_a_page_is_proved_by_the_web_archive_that_holds_it(house: House, tmp_path: Path) -> None:
    [known] = [each for each in house.archive.index.pages.all() if each.url == URL]
    contents = Contents(
        house.archive, choose(house.archive, [str(known.number)]), frozenset(("salts", "times")), house.site, DAY
    )
    assert any("1 web archive" in line and "1 page that was not chosen" in line for line in contents.tells())
    write(contents, tmp_path / "package", with_pdf=False)
    report = check_package(tmp_path / "package")
    assert report.holds
    [original] = [each for each in report.links if each.name.startswith("original ")]
    assert original.verdict is Verdict.PROVED
    assert original.name.endswith("names.wacz")
    chronology = (tmp_path / "package/data/chronology.en.html").read_text("utf-8")
    assert f"In it stands the page {URL}" in chronology
    assert OTHER not in chronology


def test_two_pages_of_one_web_archive_share_its_bytes(house: House, tmp_path: Path) -> None:
    numbers = [str(each.number) for each in house.archive.index.pages.all()]
    contents = Contents(house.archive, choose(house.archive, numbers), frozenset(), house.site, DAY)
    assert len(numbers) == 2
    assert not any("not chosen" in line for line in contents.tells())
    write(contents, tmp_path / "package", with_pdf=False)
    assert len([*(tmp_path / "package/data/originals/pages").rglob("*.wacz")]) == 1
    assert b"12:30:17" not in b"".join(
        path.read_bytes() for path in (tmp_path / "package/data").glob("*.html")
    )  # times were not asked for


def test_a_number_that_names_nothing_is_refused(house: House) -> None:
    with pytest.raises(UsageError, match="posts, people or pages"):
        choose(house.archive, ["99999"])
