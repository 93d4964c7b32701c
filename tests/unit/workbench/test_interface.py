"""Each person reads the workbench in a language of their own choice, and nobody else's words change with it."""

import re
import threading

import pytest

from support.visitor import Room
from tamizdat.archive.acts.people import state_person
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.text.catalogue import WORKBENCH, completeness, translations
from tamizdat.text.negotiation import offered
from tamizdat.workbench.auth import accounts as book
from tamizdat.workbench.command_pages import told_to_script
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.l10n import gettext, interface, speak, told
from tamizdat.workbench.screens import ROUTES
from tamizdat.workbench.templating import environment, linked


def test_the_sign_in_page_speaks_what_the_browser_asks_for_and_offers_the_others(room: Room) -> None:
    page = room.visitor().get("/sign-in", **{"accept-language": "ug-CN, en;q=0.4"}).text
    assert '<html lang="ug" dir="rtl">' in page
    assert translations("ug").gettext("Sign in") in page
    assert all(f'href="/sign-in?language={each}"' in page for each in offered(WORKBENCH))


def test_a_language_chosen_at_the_sign_in_page_stays_until_an_account_says_another(room: Room) -> None:
    visitor = room.visitor()
    chosen = visitor.get("/sign-in?language=ar")
    assert (chosen.status, chosen.to) == (303, "/sign-in")
    assert "desk-language=ar" in chosen.headers["set-cookie"]
    assert '<html lang="ar" dir="rtl">' in visitor.get("/sign-in", cookie="desk-language=ar").text
    assert visitor.get("/sign-in?language=../../x").status == 200
    assert '<html lang="en" dir="ltr">' in room.visitor().get("/sign-in", cookie="desk-language=tlh").text


def test_an_account_keeps_its_language_on_every_device_and_after_a_restart(room: Room) -> None:
    visitor = room.visitor("translator")
    assert visitor.post("/account", do="interface", interface="ar").to == "/account?done=interface"
    assert '<html lang="ar" dir="rtl">' in visitor.get("/").text
    room.open()
    assert '<html lang="ar" dir="rtl">' in room.visitor("translator").get("/", **{"accept-language": "zh"}).text
    assert '<html lang="zh-Hans" dir="ltr">' in room.visitor("editor").get("/", **{"accept-language": "zh"}).text
    visitor = room.visitor("translator")
    assert visitor.post("/account", do="interface", interface="").status == 303
    assert '<html lang="en" dir="ltr">' in visitor.get("/").text


@pytest.mark.parametrize("language", ["tlh", "ru", "../zh_Hans", "<b>"])
def test_a_language_without_words_of_the_workbench_cannot_be_chosen(room: Room, language: str) -> None:
    visitor = room.visitor("translator")
    assert visitor.post("/account", do="interface", interface=language).status == 400
    with pytest.raises(UsageError, match="one of the languages of the list"):
        room.bench.accounts.set_interface(room.accounts["translator"].id, language)


def test_accounts_of_before_open_and_read_what_their_browser_asks_for(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = book._encoded(room.bench.accounts._read())
    before = written.replace(b'"interface":"",', b"")
    assert before != written
    assert {each.interface for each in book._decoded(before).accounts.values()} == {""}


def test_an_address_that_leads_nowhere_is_told_on_a_page_in_the_readers_language(room: Room) -> None:
    answer = room.visitor("translator").get("/nowhere/at/all", accept="text/html,*/*", **{"accept-language": "ar"})
    assert (answer.status, '<html lang="ar" dir="rtl">' in answer.text) == (404, True)
    assert room.visitor().get("/nowhere").text == "There is nothing here.\n", "a program is told in a line"
    sent = room.visitor("translator").ask("POST", "/nowhere", {"a": "b"}, {"accept": "text/html"})
    assert sent.status == 404, "a form that goes nowhere is not one without its token"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Expected the account of a feed, found '名单'. Run 'tamizdat collect'.",
            '<span class="english" lang="en" dir="ltr">Expected the account of a feed, found &#39;名单&#39;. Run ',
        ),
        (
            "名单/1.mp4: Expected a clip, found a file that is not one.",
            '<span class="english" lang="en" dir="ltr">名单',
        ),
        (
            "Expected a clip of a card, found 云溪镇中心小学三年级二班的全部名单和照片最终版: no clip.",
            '<span class="english" lang="en" dir="ltr">Expected',
        ),
        ("This form is old, or not from a page of this workbench. Go back, load the page again, then send it.", ""),
        ("无法读取 https://very-long.example/in/latin/letters and “some English words in between”。", "无法读取"),
        ("擦除 · \u2068Wipe the card and all that is on it\u2069", "擦除"),
    ],
)
def test_a_refusal_in_another_language_than_the_page_says_that_it_is_english(said: str, shown: str) -> None:
    speak("zh")
    try:
        told = str(linked(said))
        script = told_to_script(said)
    finally:
        speak("en")
    assert told.startswith(shown or translations("zh").gettext(said)[:9])
    assert ('lang="en"' in told) == script.startswith("\u2066") == ("lang" in shown)
    assert "lang=" not in str(linked(said)), "to whoever reads English all is in their language"


def test_a_sentence_in_latin_letters_is_not_taken_for_english() -> None:
    speak("fr")
    try:
        assert told("Aucun de ces fichiers n’a un nom comme 17. Rien n’a été écrit.")[1] is False
    finally:
        speak("en")


def test_a_job_that_was_stopped_is_told_in_the_language_of_whoever_looks(room: Room) -> None:
    visitor = room.visitor("editor")

    def work(job: Job) -> None:
        job.stop.wait()
        job.advance(1)

    assert room.bench.jobs.begin(Job("export", "give"), work)
    room.bench.jobs.ask_to_stop("export")
    room.bench.jobs.wait()
    visitor.post("/account", do="interface", interface="zh")
    page = visitor.get("/export").text
    assert translations("zh").gettext("It was stopped. What was whole by then is kept.") in page
    assert "It was stopped." not in page


def test_the_language_of_one_request_is_not_that_of_another_thread(room: Room) -> None:
    heard: list[str] = []
    speak("ar")
    try:
        other = threading.Thread(target=lambda: heard.append(interface()))
        other.start()
        other.join()
        assert gettext("Saved.") == translations("ar").gettext("Saved.")
    finally:
        speak("en")
    assert heard == ["en"]


@pytest.mark.parametrize("language", [each for each in offered(WORKBENCH) if each != "en"])
def test_every_screen_is_there_in_every_language(room: Room, language: str) -> None:
    visitor = room.visitor("editor")
    visitor.post("/account", do="interface", interface=language)
    number = room.number(1)
    plain = [each.path for each in ROUTES if each.method == "GET" and "{" not in each.path and each.action]
    plain.remove("/stories/new/read")  # what a script asks for, with what was typed
    plain.remove("/export/file")  # which is there when one was made
    assert len(plain) >= 10
    for path in (*plain, f"/items/{number}"):
        answer = visitor.get(path)
        assert answer.status in (200, 303), path
        if answer.status == 303 or "html" not in answer.headers["content-type"]:
            continue
        assert "%(" not in answer.text, path
        assert translations(language).gettext("Sign out") in answer.text, path


def test_a_size_is_kept_together_where_lines_run_from_right_to_left() -> None:
    sized = environment().from_string("{{ 188_000|bytes }}")
    told = {}
    for language in ("en", "ar"):
        speak(language)
        told[language] = sized.render()
    speak("en")
    assert told == {"en": "188 kB", "ar": "\u2066188 kB\u2069"}


def test_a_half_translated_interface_says_so(room: Room) -> None:
    for language in offered(WORKBENCH):
        page = room.visitor().get("/sign-in", **{"accept-language": {"zh": "zh-CN"}.get(language, language)}).text
        told = translations(language).gettext(
            "%(share)s %% of the workbench’s words are translated; the others are in English."
        )
        assert ((told % {"share": completeness(language, WORKBENCH)}) in page) == (
            completeness(language, WORKBENCH) < 100
        ), language


def test_two_people_read_the_same_page_each_in_their_language_whoever_comes_first(room: Room) -> None:
    first, second = room.visitor("editor"), room.visitor("translator")
    for path in ("/", "/translate"):
        for visitor, language in ((first, "zh"), (second, "ar"), (first, "zh")):
            page = visitor.get(path, **{"accept-language": language}).text
            assert translations(language).gettext("To translate") in page
            assert ">To translate<" not in page


def test_no_template_sets_words_aside_for_the_next_person(room: Room) -> None:
    """What stands outside blocks and macros of a template that others import is worked out once."""
    for name in environment().list_templates(extensions=["html"]):
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        if "{% extends" in source:
            continue
        outside = re.sub(r"{% macro .*?{%-? endmacro -?%}", "", source, flags=re.DOTALL)
        assert not re.search(r"{% set [^%]*\b_\(", outside), name


# What stays in the browser of whoever works here ----------------------------------------------------------------------


def test_no_title_has_more_than_words_of_ours_and_numbers(room: Room) -> None:
    """A browser keeps titles in its history; names of people and devices, and words of posts, stand on pages alone."""
    number = state_person(room.archive, room.bench.key, PersonEntry("王小明"))
    assert f"<title>A person · no. {number} · desk</title>" in room.visitor("editor").get(f"/people/{number}").text
    ours = r"""\{\{ (?:mine\|count|word|title|_\((?:[^(){}]|\([^()]*\))*\)|card\.id\[:8\]) \}\}|{%.*?%}|[ ()·]"""
    for name in environment().list_templates(extensions=["html"]):
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", source):
            assert re.sub(ours, "", title) == "", name


def test_no_field_is_one_whose_words_a_browser_keeps_to_offer_them_again() -> None:
    """Pseudonyms, names of the dead: browsers write what was typed to the disk unless they are told not to."""
    for name in environment().list_templates(extensions=["html"]):
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        for field in re.findall(r"<input(?:{{.*?}}|{%.*?%}|[^>])*>", source):
            kind = (re.findall(r'\btype="?([a-z-]+)', field) or ["text"])[0]
            if kind in ("text", "search", "url", "email", "tel"):
                assert 'autocomplete="off"' in field, (name, field)
