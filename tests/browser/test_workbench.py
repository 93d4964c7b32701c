"""The workbench in a real Chromium: by keyboard, without scripts, on a telephone, in the dark, while the desk dies."""

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from support.chromium import CHROMIUM
from support.collecting_desk import NOW, tweet, x_files
from support.served_room import Served, sign_in
from support.visitor import WORDS, Room
from tamizdat.archive.acts.people import state_person
from tamizdat.statements.catalogued import PersonEntry, TermEntry
from tamizdat.translation import glossary
from tamizdat.translation.proposals import propose, review
from tamizdat.workbench.drafts.translations import sentence_keys

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so the workbench was not seen in one")
TODAY = "2026-11-25"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))
    _furnish(served.room)
    yield served
    served.stop()
    served.room.close()


def _furnish(room: Room) -> None:
    """Something on every screen, in four scripts."""
    room.join("crane", "translator", "reviewer", "editor", languages=("en", "ar", "bo"))
    room.take({7: "今天的名单。", 8: "ཤོག་གྲངས་དང་པོ། མིང་ཐོ།", 9: "校舍塌了。五年了。", 10: "校舍塌了。六年了。"}, "x7")
    entry = TermEntry("zh", ("名单",), {"en": ("list",), "ar": ("القائمة",)})
    glossary.state_term(room.archive, room.bench.key, entry)
    for post, language, targets in ((9, "en", ["The school fell.", "Five years."]), (7, "ar", ["قائمة اليوم."])):
        version = room.archive.index.posts.versions(room.post(post))[-1]
        by, other = (room.accounts[name].tag(version.post, language) for name in ("translator", "reviewer"))
        number = propose(room.archive, room.bench.key, by, version, language, targets, ["A note."], TODAY)
        review(room.archive, room.bench.key, other, number, "reviewed", TODAY)
    for name, language, release in (
        ("王小明", "zh", "public"),
        ("བསྟན་འཛིན།", "bo", "restricted"),
        ("ليلى", "ar", "public"),
    ):
        state_person(room.archive, room.bench.key, PersonEntry(name=name, language=language, release=release))
    crane, before, now = room.accounts["crane"], "今天去了三户人家，警察在楼下等我们。", room.bench.now()
    draft = room.bench.drafts.read(crane, room.post(3), "en", [before], [""], "")
    room.bench.drafts.save(crane, draft, [(0, "Today three families.", 0)], now)
    room.edit(3, "今天去了四户人家，警察在楼下等我们。")
    sentence = sentence_keys(["校舍塌了。"])[0], "校舍塌了。"
    comment = (sentence, "Which school?", now, "The school came down.")
    room.bench.comments.add(room.accounts["reviewer"], room.post(9), "en", *comment)
    room.bench.guides.save(room.accounts["crane"], "language", "en", "British spelling.", 0, now)
    room.take_files(x_files([_with_context()]), "x11", NOW)
    clip = {"type": "video", "media_url_https": "https://pbs.x/T.mp4"}
    files = x_files([tweet(12, "听", extended_entities={"media": [clip]})])
    room.take_files(files | {"data/tweets_media/12-T.mp4": b"\0\0\0\x18ftypmp42" + bytes(64)}, "x12", NOW)
    room.bench.accounts.invite(["translator"], ["bo"], date.fromisoformat(TODAY))


def _with_context() -> dict[str, Any]:
    """A tweet with a quotation, a long link, what it answers, and a picture that the export does not hold."""
    user = {"id_str": "34", "screen_name": "wang", "name": "王 \u202eمريم"}
    quoted = {"id_str": "12", "full_text": "灯笼在北门亮了一夜。\n没有人回答。", "lang": "zh", "user": user}
    photo = {
        "type": "photo",
        "media_url_https": f"https://pbs.x/{'F' * 150}.jpg",
        "ext_alt_text": "A gate at dawn " * 40,
    }
    links = [{"url": "https://t.co/A1", "expanded_url": f"https://maps.example/{'gate' * 50}"}]
    return tweet(
        11, "Read what she wrote https://t.co/A1", lang="en", created_at="Sun May 12 06:28:00 +0000 2019",
        quoted_status=quoted, in_reply_to_status_id_str="99", in_reply_to_screen_name="wang",
        entities={"urls": links}, extended_entities={"media": [photo]},
    )  # fmt: skip


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Signs somebody in, in a context of their own; *on* shares another page's context: a second tab."""
    contexts: list[BrowserContext] = []

    def open_page(name: str = "", on: Page | None = None, **settings: object) -> Page:
        if on:
            return on.context.new_page()
        contexts.append(browser.new_context(**settings))  # type: ignore[arg-type]  # settings of a test, known to it
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        if name:
            page.goto(f"{served.address}/sign-in")
            page.fill("#name", name)
            page.fill("#passphrase", WORDS)
            page.click("button.first")
            page.wait_for_url(f"{served.address}/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def screens(served: Served) -> list[str]:
    """An address of every screen."""
    room = served.room
    person = room.archive.index.people.all()[1].number
    term = glossary.terms(room.archive)[0].number
    numbers = {post: room.number(post) for post in (1, 2, 3, 8, 9, 11)}
    return [
        *(
            "/",
            "/translate",
            "/translate?language=ar",
            "/search?q=%E5%90%8D%E5%8D%95",
            "/search",
            "/people",
            "/people/new",
        ),
        *(f"/people/{person}", "/glossary", "/glossary/new", f"/glossary/{term}", "/publish", "/accounts", "/account"),
        *("/guides/en", f"/translate/{numbers[3]}/en"),
        *("/translate/packets", "/glossary/files", f"/guides/voice/{numbers[1]}"),
        *(f"/items/{numbers[1]}", f"/items/{numbers[3]}", f"/items/{numbers[9]}", f"/translate/{numbers[1]}/en"),
        *(
            f"/translate/{numbers[2]}/ar",
            f"/translate/{numbers[8]}/en",
            f"/translate/{numbers[9]}/en/review",
            "/items/999999",
        ),
        f"/translate/{numbers[2]}/bo",
        *(
            "/clips",
            "/deliveries",
            "/export",
            "/backups",
            "/publish/stamps",
            "/cards",
            "/collect",
            "/collect/media",
            "/publish/release",
            "/publish/release?state=public",
            "/people?q=%E7%8E%8B",
        ),
        *(f"/items/{room.number(12)}", f"/items/{room.number(12)}/media/0/play"),
        f"/items/{numbers[11]}",
        f"/translate/{numbers[11]}/bo",
    ]


def test_no_screen_asks_another_host_none_complains_and_all_fit_a_desk(
    opened: Callable[..., Page], served: Served
) -> None:
    page = opened("crane", viewport={"width": 1440, "height": 800})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in screens(served)[:-2]:
        page.goto(served.address + path)
        assert_fits(page, path)
    assert {url for url in asked if not url.startswith(served.address)} == set()
    assert [said for said in complaints if "404" not in said] == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.cookie") == ""


def test_screens_fit_a_telephone(opened: Callable[..., Page], served: Served) -> None:
    page = opened("crane", viewport={"width": 320, "height": 800})
    for path in screens(served):
        page.goto(served.address + path)
        assert_fits(page, path)


def assert_fits(page: Page, path: str) -> None:
    """Assert that a screen is no wider than its window, and has one heading."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert page.locator("h1").count() == 1, path


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in build/npm, so accessibility was not checked")
@pytest.mark.parametrize(
    ("scheme", "step"),
    [("light", 3), pytest.param("light", 1, marks=pytest.mark.long), pytest.param("dark", 2, marks=pytest.mark.long)],
)
def test_axe_finds_nothing(opened: Callable[..., Page], served: Served, scheme: str, step: int) -> None:
    script = AXE.read_text("utf-8")
    rules = ", runOnly: ['color-contrast']" if scheme == "dark" else ""  # all else is the same in the dark
    page = opened("crane", color_scheme=scheme, bypass_csp=True, viewport={"width": 1000, "height": 800})
    nobody = opened(color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 800})
    for visitor, paths in ((page, screens(served)[::step]), (nobody, ["/sign-in", "/join"])):
        for path in paths:
            visitor.goto(served.address + path)
            visitor.evaluate(script)
            found = visitor.evaluate(f"axe.run(document, {{resultTypes: ['violations']{rules}}})")
            told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
            assert told == [], path


@pytest.mark.parametrize("scripts", [True, False])
def test_an_editor_sends_an_export_looks_at_it_and_takes_it_in(
    opened: Callable[..., Page], served: Served, tmp_path: Path, scripts: bool
) -> None:
    export, number = tmp_path / "lin.zip", 900 + scripts
    with zipfile.ZipFile(export, "w") as archive:
        for name, data in x_files([tweet(number, "四百个名字")]).items():
            archive.writestr(name, data)
    page = opened("editor", java_script_enabled=scripts)
    page.goto(f"{served.address}/collect")
    page.set_input_files("#file", export)
    page.get_by_role("button", name="Send it and look what is in it").click()
    page.get_by_text("1 would be new").wait_for()
    assert not served.room.archive.index.posts.is_here(served.room.post(number))
    page.get_by_role("button", name="Take it in").click()
    page.get_by_text("lin.zip was taken in").wait_for()
    assert served.room.archive.index.posts.is_here(served.room.post(number))


def test_what_went_wrong_with_an_upload_is_told_beside_the_form(
    opened: Callable[..., Page], served: Served, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.zip"
    empty.touch()
    page = opened("editor")
    page.goto(f"{served.address}/collect")
    page.set_input_files("#file", empty)
    page.get_by_role("button", name="Send it and look what is in it").click()
    page.get_by_text("with 0 bytes").wait_for()


def test_an_invitations_code_is_sent_to_no_server_before_its_form_is(
    opened: Callable[..., Page], served: Served
) -> None:
    code = served.room.bench.accounts.invite(["translator"], ["en"], served.room.now.date())
    page, asked = opened(), list[str]()
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    page.goto(f"{served.address}/join#code={code}")
    expect(page.locator("#code")).to_have_value(code)
    assert "#" not in page.url, "it stays in the browser's history"
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert asked
    assert not [each for each in asked if code in each]


def test_a_translation_by_keyboard_alone(opened: Callable[..., Page], served: Served) -> None:
    page = opened("translator")
    page.goto(served.work(10))
    expect(page.locator("textarea[name=target-0]")).to_be_focused()
    page.keyboard.press("Alt+1")
    expect(page.locator("textarea[name=target-0]")).to_have_value("The school fell.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("textarea[name=target-1]")).to_be_focused()
    page.keyboard.type("Six years.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("textarea[name=notes]")).to_be_focused()
    expect(page.locator("#s1 .saved")).to_have_text("Saved")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("textarea[name=target-1]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#propose")).to_be_focused()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("textarea[name=notes]")).to_be_focused()
    assert served.room.archive.index.translations.latest(served.room.post(10), "en") is None, "going back sends nothing"
    page.keyboard.press("Control+Enter")
    expect(page.locator("#propose")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said").first).to_contain_text("Proposed")
    latest = served.room.archive.index.translations.latest(served.room.post(10), "en")
    assert latest
    assert latest.target == "The school fell. Six years."


def test_what_is_typed_is_checked_while_it_is_typed(opened: Callable[..., Page], served: Served) -> None:
    page = opened("translator")
    page.goto(served.work(1))
    page.locator("textarea[name=target-1]").fill("There are 513 now.")
    expect(page.locator("#s1 .findings")).to_contain_text("512")
    expect(page.locator("#s1 .findings")).to_contain_text("名单 → list")
    page.locator("textarea[name=target-1]").fill("There are 512 on the list now.")
    expect(page.locator("#s1 .findings li")).to_have_count(0)


def test_suggestions_for_sentences_far_below_come_when_they_are_reached(
    opened: Callable[..., Page], served: Served
) -> None:
    served.room.take({30: "".join(f"第{number}句在这里。" for number in range(45)) + "校舍塌了。"}, "x30")
    page = opened("reviewer")
    page.goto(served.work(30))
    last = page.locator("#s45")
    assert last.locator(".suggestion").count() == 0
    last.locator("textarea[name=target-45]").focus()
    expect(last.locator(".suggestion")).to_contain_text("The school fell.")
    page.keyboard.press("Alt+1")
    expect(last.locator("textarea[name=target-45]")).to_have_value("The school fell.")
    expect(last.locator(".saved")).to_have_text("Saved")


def test_a_killed_desk_loses_nothing_and_saving_goes_on(opened: Callable[..., Page], served: Served) -> None:
    page = opened("reviewer")
    page.goto(served.work(2))
    page.locator("textarea[name=target-0]").fill("No answer")
    expect(page.locator("#s0 .saved")).to_have_text("Saved")
    served.stop()
    page.locator("textarea[name=target-0]").fill("No answer came.")
    expect(page.locator("#s0 .saved")).to_contain_text("Not saved: the desk does not answer")
    page.locator("#propose").click()
    expect(page.locator("#not-sent")).to_contain_text("Nothing was sent: the desk does not answer")
    assert page.locator("textarea[name=target-0]").input_value() == "No answer came.", "the page stays"
    served.start()
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # whoever comes back to a tab waits for nothing
    expect(page.locator("#s0 .saved")).to_have_text("Saved", timeout=20_000)
    page.reload()
    expect(page.locator("textarea[name=target-0]")).to_have_value("No answer came.")


def test_who_types_on_after_a_proposal_that_was_broken_off_is_saved_again(
    opened: Callable[..., Page], served: Served
) -> None:
    page = opened("reviewer")
    page.goto(served.work(2))
    typed, state = page.locator("textarea[name=target-0]"), page.locator("#s0 .saved")
    typed.fill("Said once.")
    expect(state).to_have_text("Saved")
    page.route("**/propose", lambda route: route.abort("aborted"))  # as by the key that stops loading
    with page.expect_request("**/propose"):
        page.locator("#propose").click()
    typed.fill("Said once more.")
    expect(state).to_have_text("Saved")
    page.unroute("**/propose")
    page.reload()
    expect(typed).to_have_value("Said once more.")


def test_two_tabs_ask_before_one_writes_over_the_other(opened: Callable[..., Page], served: Served) -> None:
    one = opened("reviewer")
    one.goto(served.work(3))
    other = opened(on=one)
    other.goto(served.work(3))
    one.locator("textarea[name=target-0]").fill("From the first tab.")
    expect(one.locator("#s0 .saved")).to_have_text("Saved")
    other.locator("textarea[name=target-0]").fill("From the second tab.")
    expect(other.locator(".clash")).to_contain_text("From the first tab.")
    other.get_by_role("button", name="Keep mine").click()
    expect(other.locator("#s0 .saved")).to_have_text("Saved")
    one.reload()
    expect(one.locator("textarea[name=target-0]")).to_have_value("From the second tab.")
    other.locator("textarea[name=target-0]").fill("Second again.")
    expect(other.locator("#s0 .saved")).to_have_text("Saved")
    one.locator("textarea[name=target-0]").fill("First again.")
    one.get_by_role("button", name="Take this").click()
    expect(one.locator("textarea[name=target-0]")).to_have_value("Second again.")


def test_a_page_whose_sign_in_ended_saves_again_after_the_next_and_never_for_another_account(
    opened: Callable[..., Page], served: Served
) -> None:
    page = opened("translator")
    page.goto(served.work(1))
    room, typed = served.room, page.locator("textarea[name=target-0]")
    state = page.locator("#s0 .saved")

    def again() -> None:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    room.bench.accounts.sign_out_everywhere(room.accounts["translator"].id)
    typed.fill("Typed in vain?")
    expect(state).to_contain_text("you are signed out")
    page.locator("#propose").click()
    expect(page.locator("#not-sent")).to_contain_text("Nothing was sent: you are signed out")
    assert page.locator("#not-sent a[target=_blank]").get_attribute("href") == "/sign-in"
    tab = opened(on=page)
    sign_in(tab, served, "reviewer")
    again()
    expect(state).to_contain_text("reviewer is signed in now, and this page is not theirs")
    page.locator("#propose").click()
    expect(page.locator("#not-sent")).to_contain_text("reviewer is signed in now")
    assert not room.bench.drafts.is_begun(room.accounts["reviewer"], room.post(1), "en")
    tab.get_by_role("button", name="Sign out").click()
    sign_in(tab, served, "translator")
    again()
    expect(state).to_have_text("Saved")
    typed.fill("Not in vain.")
    expect(state).to_have_text("Saved")
    tab.goto(served.work(1))
    expect(tab.locator("textarea[name=target-0]")).to_have_value("Not in vain.")


def test_an_edit_while_somebody_types_is_told_and_no_button_empties_a_field(
    opened: Callable[..., Page], served: Served
) -> None:
    served.room.take({40: "九点三十分到了。没有人。"}, "x40")
    page = opened("translator")
    page.goto(served.work(40))
    page.locator("textarea[name=target-0]").fill("Came at half past nine.")
    expect(page.locator("#s0 .saved")).to_have_text("Saved")
    served.room.edit(40, "十点三十分到了。没有人。")
    page.locator("textarea[name=target-0]").fill("It came at half past nine.")
    told = page.locator("#meanwhile")
    expect(told).to_contain_text("The post was edited while you translated.")
    expect(told.locator("del")).to_have_text("九")
    expect(page.locator("#s0 .saved")).to_have_text("Saved")
    assert page.locator(".clash").count() == 0
    told.get_by_role("link", name="Load the page again").click()
    expect(page.locator(".old .words")).to_have_text("It came at half past nine.")
    page.get_by_role("button", name="Put these words into the sentence").click()
    expect(page.locator("textarea[name=target-0]")).to_have_value("It came at half past nine.")


def test_a_wording_goes_from_reviewer_to_translator_by_keys(opened: Callable[..., Page], served: Served) -> None:
    served.room.take({41: "门关了。没有人开。"}, "x41")
    translator, reviewer = opened("translator"), opened("reviewer")
    translator.goto(served.work(41))
    translator.keyboard.type("The gate, is shut.")
    translator.keyboard.press("Control+Enter")
    translator.keyboard.type("Nobody opens.")
    translator.keyboard.press("Alt+0")
    expect(translator.locator("#propose")).to_be_focused()
    expect(translator.locator("#progress")).to_have_text("2 of 2 translated")
    translator.keyboard.press("Enter")
    expect(translator.locator(".said").first).to_contain_text("Proposed")
    reviewer.goto(served.work(41) + "/review")
    reviewer.keyboard.press("Control+Enter")
    expect(reviewer.locator("#s0")).to_be_focused()
    reviewer.keyboard.press("Alt+c")
    expect(reviewer.locator("#wording-0")).to_be_focused()
    reviewer.locator("#wording-0").fill("The gate is shut.")
    reviewer.keyboard.press("Control+Enter")
    expect(reviewer.locator("#s1")).to_be_focused()
    reviewer.keyboard.press("Control+Enter")
    expect(reviewer.get_by_role("button", name="Mark reviewed")).to_be_focused()
    reviewer.keyboard.press("Alt+2")
    expect(reviewer.locator("#with")).to_be_focused()
    latest = served.room.archive.index.translations.latest(served.room.post(41), "en")
    assert latest
    assert latest.state == "proposed", "no key judged anything"
    reviewer.get_by_role("button", name="Return, reviewed with my wordings").press("Enter")
    expect(reviewer.locator(".said").first).to_contain_text("Returned with your wordings")
    translator.goto(served.work(41))
    translator.keyboard.press("Alt+1")
    expect(translator.locator("textarea[name=target-0]")).to_have_value("The gate is shut.")
    translator.locator("#propose").click()
    expect(translator.locator(".said").first).to_contain_text("so it is reviewed")
    done = served.room.archive.index.translations.latest(served.room.post(41), "en")
    assert done
    assert (done.target, done.state, done.by) == ("The gate is shut. Nobody opens.", "reviewed", latest.by)


def test_on_a_telephone_the_work_begins_in_the_first_screen(opened: Callable[..., Page], served: Served) -> None:
    posts = [
        tweet(n, f"第{n}条。" * 40, **({"in_reply_to_status_id_str": str(n - 1)} if n > 50 else {}))
        for n in range(50, 54)
    ]
    served.room.take_files(x_files(posts), "x50", NOW)
    page = opened("reviewer", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(served.work(53))
    assert page.locator("textarea[name=target-0]").evaluate("(area) => area.getBoundingClientRect().bottom") < 740
    assert page.locator("#s2 .ordinal").inner_text().startswith("3 of 40")
    assert not page.locator("#keys").is_visible()
    page.locator("textarea[name=target-0]").fill("Post fifty-three.")
    expect(page.locator("#s0 .saved")).to_have_text("Saved")
    page.reload()
    page.get_by_role("link", name="To the first untranslated sentence").click()
    assert page.url.endswith("#s1")


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_telephone_the_menu_is_one_line_and_opens_by_key(
    opened: Callable[..., Page], served: Served, scripts: bool
) -> None:
    page = opened("crane", viewport={"width": 360, "height": 700}, java_script_enabled=scripts)
    page.goto(f"{served.address}/glossary")
    masthead = page.locator(".masthead").bounding_box()
    assert masthead is not None
    assert masthead["height"] <= 64
    menu, screens = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="Screens")
    expect(screens).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(screens.get_by_role("link", name="Glossary")).to_have_attribute("aria-current", "page")
    assert screens.get_by_role("link").count() == 14
    page.keyboard.press("Tab")
    expect(screens.get_by_role("link", name="Today")).to_be_focused()
    page.keyboard.press("Escape")
    expect(screens).to_be_hidden()
    expect(menu).to_be_focused()
    page.set_viewport_size({"width": 1440, "height": 700})
    expect(menu).to_be_hidden()
    expect(screens.get_by_role("link", name="Today")).to_be_visible()


def test_a_story_that_is_saved_is_left_without_a_question_and_one_that_was_not_sent_goes_on_being_saved(
    opened: Callable[..., Page], served: Served
) -> None:
    page, asked = opened("crane"), list[str]()

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"{served.address}/stories/new")
    title, state = page.locator("#board input").first, page.locator("#story .saved")
    title.fill("A list")
    expect(state).to_have_text("Saved")
    page.route("**/sign-in/state", lambda route: route.abort())
    page.click("text=Sign it as a draft")
    expect(page.locator("#story .not-sent")).to_contain_text("Nothing was sent: the desk does not answer")
    page.unroute("**/sign-in/state")
    title.fill("A list of names")
    expect(state).to_have_text("Saved")
    page.goto(f"{served.address}/stories")
    page.goto(f"{served.address}/stories/new")
    expect(title).to_have_value("A list of names")
    page.goto(f"{served.address}/stories")
    assert asked == []
    page.goto(f"{served.address}/stories/new")
    page.route("**/stories/new/draft", lambda route: route.abort())  # however slow the machine is, it is not saved yet
    title.fill("A list of many names")
    page.goto(f"{served.address}/stories")
    assert asked == ["beforeunload"], "what was typed a moment ago is not saved yet"


def test_a_refusal_in_english_is_marked_whole_although_a_name_in_it_stands_apart(
    opened: Callable[..., Page], served: Served
) -> None:
    page = opened("crane")
    page.goto(f"{served.address}/collect")
    english = "Expected <b>a file</b>, found \u2068名单\u2069 and nothing else."
    page.evaluate("text => speak(document.querySelector('h1'), text)", f"名单.mp4: \u2066{english}\u2069")
    expect(page.locator("h1")).to_have_js_property("textContent", f"名单.mp4: {english}")
    expect(page.locator("h1 > span")).to_have_js_property("textContent", english)
    expect(page.locator("h1 > span")).to_have_attribute("lang", "en")
    assert page.locator("h1 b").count() == 0


def test_words_that_are_marked_go_into_the_glossary(opened: Callable[..., Page], served: Served) -> None:
    page = opened("crane")
    page.goto(served.work(1))
    page.locator("textarea[name=target-0]").fill("School")
    page.locator("textarea[name=target-0]").select_text()
    page.locator("#s0 .source").dblclick(position={"x": 5, "y": 10})  # marks a word
    with page.context.expect_page() as opening:
        page.locator("#s0 .pick").click()
    form = opening.value
    expect(form.locator("#variants")).to_have_value("校舍")
    expect(form.locator("#targets")).to_have_value("en School")


def test_without_scripts_everything_goes_by_plain_forms(opened: Callable[..., Page], served: Served) -> None:
    page = opened("crane", java_script_enabled=False)
    page.goto(served.address + f"/translate/{served.room.number(7)}/en")
    page.locator("textarea[name=target-0]").fill("Today's list.")
    page.locator("textarea[name=notes]").fill("A note.")
    page.locator("#save").click()
    expect(page.locator(".said").first).to_have_text("Saved.")
    expect(page.locator("textarea[name=target-0]")).to_have_value("Today's list.")
    page.locator("#propose").click()
    expect(page.locator(".said").first).to_contain_text("Proposed")
    reviewer = opened("reviewer", java_script_enabled=False)
    reviewer.goto(served.address + f"/translate/{served.room.number(7)}/en/review")
    reviewer.get_by_role("button", name="Mark reviewed").click()
    expect(reviewer.locator(".said").first).to_contain_text("Marked reviewed")


def test_scripts_run_in_their_own_direction_and_type(opened: Callable[..., Page], served: Served) -> None:
    page = opened("crane")
    direction = "(area) => getComputedStyle(area).direction + ' ' + getComputedStyle(area).fontFamily"
    for language, wanted in (("ar", r"rtl .*Naskh"), ("bo", r"ltr .*Tibetan"), ("en", r"ltr .*Palatino")):
        page.goto(served.address + f"/translate/{served.room.number(2)}/{language}")
        assert re.match(wanted, page.locator("textarea[name=target-0]").evaluate(direction))
        assert page.locator("textarea[name=target-0]").get_attribute("lang") == language


def test_light_and_dark_are_those_of_the_site(opened: Callable[..., Page], served: Served) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme)
        page.goto(served.address + "/sign-in")
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == {"rgb(250, 248, 244)", "rgb(21, 20, 18)"}


def test_the_first_stop_of_the_keyboard_leads_to_the_content(opened: Callable[..., Page], served: Served) -> None:
    page = opened("crane")
    page.goto(served.address + "/people")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
