"""Drive the workbench, a published site and the field page in Firefox; the suite does so in Chromium alone.

::

    .venv/bin/python tests/long/firefox_pages.py [folder for pictures]

Some twenty seconds. Exit code 1, with what was expected, if anything differs.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from browser.test_field import SECRET  # noqa: E402 -- found by the line above
from browser.test_field import Served as Laptop  # noqa: E402
from support.collecting_desk import tweet  # noqa: E402
from support.field_and_desk import NOW, WORK  # noqa: E402
from support.firefox import FIREFOX, KEYS, Firefox, firefox  # noqa: E402
from support.published_desk import House, status  # noqa: E402
from support.served_room import Served  # noqa: E402
from support.static_server import static_server  # noqa: E402
from support.visitor import WORDS  # noqa: E402
from tamizdat.home.invitation import InvitedPlace  # noqa: E402
from tamizdat.home.setup import invite  # noqa: E402

FOCUS = "return document.activeElement.name || ''"


def main(pictures: Path | None) -> int:
    """Do all of it."""
    if not FIREFOX:
        sys.exit("Expected the program firefox or firefox-esr, found neither.")
    with tempfile.TemporaryDirectory() as made, firefox(Path(made)) as browser:
        for number, part in enumerate((workbench, site, field_page), 1):
            (here := Path(made) / part.__name__).mkdir()
            part(browser, here)
            print(f"{part.__name__.replace('_', ' ')}: as expected")
            if pictures:
                pictures.mkdir(exist_ok=True)
                (pictures / f"{number}-{part.__name__}.png").write_bytes(browser.picture())
    return 0


def workbench(browser: Firefox, folder: Path) -> None:
    """Translate a post by keys: words are saved by themselves, back never proposes, Propose does."""
    served = Served(folder)
    try:
        browser.open(f"{served.address}/sign-in")
        browser.type("#name", "translator")
        browser.type("#passphrase", f"{WORDS}{KEYS['Enter']}")
        browser.until("return location.pathname === '/'")
        browser.open(served.work())
        browser.type('[name="target-0"]', "The school fell.")
        browser.press("Control", "Enter")
        assert browser.run(FOCUS) == "target-1", "Ctrl + Enter leads to the next sentence"
        browser.type('[name="target-1"]', "There are 512 on the list now.")
        browser.until("return document.querySelector('#s1 .saved').textContent === 'Saved'")
        browser.open(served.work())
        assert browser.run("return document.querySelector('[name=target-1]').value").startswith("There are 512")
        browser.run("document.querySelector('#propose').focus()")
        browser.press("Control", "Shift", "Enter")
        assert browser.run(FOCUS) == "notes", "going back sends nothing"
        history = served.room.archive.index.translations.history
        assert history(served.room.post(1), "en") == []
        browser.press("Control", "Enter")
        browser.press("Control", "Enter")
        browser.until("return /Proposed/.test((document.querySelector('.said') || document.body).textContent)")
        [proposed] = history(served.room.post(1), "en")
        assert proposed.segments[1].target == "There are 512 on the list now."
        for screen in ("/", "/translate/packets?language=en", f"/items/{served.room.number(1)}", "/search?q=list"):
            browser.open(f"{served.address}{screen}")
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), f"{screen} fits"
    finally:
        served.stop()
        served.room.close()


def site(browser: Firefox, folder: Path) -> None:
    """A page proves itself, and an altered one says that it does not hold; so does the whole folder, from a disk."""
    house = House(folder)
    house.take(tweet(1, "五年了。名单上有 512 人。"))
    house.release(1)
    house.translate(1, "Five years.")
    house.publish()
    told = "return (document.querySelector('%s') || { dataset: {} }).dataset.outcome || ''"
    with static_server(house.site) as address:
        path = f"items/{house.number(status(1))}/index.html"
        whole = (house.site / path).read_bytes()
        for written, outcome in ((whole, "proved"), (whole.replace("五年".encode(), "六年".encode()), "broken")):
            (house.site / path).write_bytes(written)
            browser.open(f"{address}/{path}?{outcome}")
            browser.run("document.querySelector('#proof-report').scrollIntoView()")
            found = browser.until(told % "#proof-report")
            assert found == outcome, f"expected {outcome}, found {found}"
            browser.open((house.site / "ar/check/index.html").as_uri())
            browser.choose_folder("#check-folder", house.site)
            found = browser.until(told % "#check-report")
            assert found == outcome, f"expected {outcome} of the whole folder, found {found}"


def field_page(browser: Firefox, folder: Path) -> None:
    """A laptop is set up by a pasted invitation."""
    laptop = Laptop(folder)
    try:
        places = tuple(InvitedPlace(each.name, str(each)) for each in laptop.places)
        text = invite(laptop.desk, "anna", b"", NOW, WORK, places).encode()
        browser.open(f"{laptop.address}#{laptop.page.code}")
        browser.until("return !!document.querySelector('textarea')")
        pasted = "const here = document.querySelector('textarea'); here.value = arguments[0]; here.form.requestSubmit()"
        browser.run(pasted, text)
        browser.until("return document.querySelectorAll('input[type=password]').length === 2")
        both = "const all = [...document.querySelectorAll('input[type=password]')];"
        browser.run(f"{both} for (const each of all) each.value = arguments[0]; all[0].form.requestSubmit()", SECRET)
        browser.until("return /Choose a card/.test(document.body.innerText)")
    finally:
        laptop.stop()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
