"""Who may do what: every address, by every role, signed out, shut out, forged, with the wrong method."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.transcribing_desk import capture
from support.visitor import WORDS as PASSPHRASE
from support.visitor import Room, Visitor
from tamizdat.archive.acts.items import catalogue
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.web.routing import Route
from tamizdat.workbench.auth.permissions import RIGHTS, ROLES, may
from tamizdat.workbench.l10n import WORDS
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import ROUTES

R = Route[WorkbenchRequest]
SHUT = (401, 403, 404, 405, 500)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("room"))
    room.join("shut", "editor")
    room.join("other", "translator")
    clip = capture(room.archive, room.bench.key)
    catalogue(room.archive, room.bench.key, CataloguedItem(clip, release=Release.PUBLIC))
    yield room
    room.close()


@pytest.fixture(scope="module")
def visitors(room: Room) -> dict[str, Visitor]:
    visitors = {role: room.visitor(role) for role in ROLES}
    visitors["shut"] = room.visitor("shut")
    room.bench.accounts.set_disabled(room.accounts["shut"].id, True)
    other = room.visitor("other")
    for number in (1, 2, 3):
        _proposed(room, other, number)
    return visitors


def _proposed(room: Room, visitor: Visitor, post: int) -> None:
    path = f"/translate/{room.number(post)}/en"
    page = visitor.get(path)
    assert page.status == 200
    version = room.archive.index.posts.versions(room.post(post))[-1].number
    said = ["Words.", "512." if post == 1 else "Words.", "Words.", "Words."]
    form = {f"target-{each}": words for each, words in enumerate(said)} | {f"seen-{each}": "0" for each in range(4)}
    assert visitor.post(f"{path}/propose", version=version, latest="", **form).status == 303


def address(room: Room, route: R) -> str:
    """A real address behind this route."""
    number = room.number(1) if "media" in route.path or route.path.startswith("/translate") else room.number(2)
    number = (
        room.archive.index.files()[0].number
        if route.path.startswith(("/clips", "/readings")) or "/cover" in route.path
        else number
    )
    values = {
        "{number:int}": str(0 if route.path.startswith(("/people", "/glossary")) else number),
        "{language}": "en",
        "{place:int}": "0",
        "{version:int}": "0",
        "{page:int}": "1",
        "{at:int}": "0",
        "{card}": "ab" * 8,
        "{id}": room.accounts["other"].id,
        "{name}": "style.css",
    }
    if "{secret}" in route.path:
        values["{secret}"] = room.bench.count_feeds.begin(room.accounts["other"])
    path = route.path
    for name, value in values.items():
        path = path.replace(name, value)
    return path


LEFT_TO_OTHERS = (
    "/preview",
    "/original",
    "/play",
    "/copy",
    "/poster",
    "/levels",
    "/give",
    "/page/{page:int}",
    "/{at:int}",
    "/versions/{version:int}/media/{place:int}",
    "/cards/{card}",
    "/subtitles/file",
    "/pages/{number:int}",
    "/replay",
    "/picture",
    "/people/{number:int}",
    "/glossary/{number:int}",
    "/stories/{number:int}",
    "/stories/{number:int}/draft",
    "/stories/{number:int}/state",
    "/stories/{number:int}/drop",
    "/stories/{number:int}/read",
)  # nothing is there: 404


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(room: Room, visitors: dict[str, Visitor], role: str) -> None:
    for route in ROUTES:
        visitor = room.visitor(role) if route.path in ("/sign-out", "/sign-in", "/join", "/account") else visitors[role]
        path = address(room, route)
        status = (visitor.ask("GET", path) if route.method == "GET" else visitor.post(path, **form_for(route))).status
        if route.action is None:
            assert status not in (401, 404, 405, 500), route
        elif not may([role], route.action):
            assert status == 403, route
        elif route.path.endswith(LEFT_TO_OTHERS):
            assert status == 404, route
        else:
            assert status not in SHUT, route


def form_for(route: R) -> dict[str, str]:
    """Something harmless to send; it may be refused as wrong usage, behind the gate."""
    if route.path.startswith("/accounts/"):
        return {"do": "roles", "role": "translator"}
    if route.path == "/account":
        return {"do": "credit", "credit": ""}
    if route.path.startswith("/stories/"):
        return {"release": "draft", "text": ""}
    return {"verdict": "reviewed", "do": "foresee", "translated": "0", "name": "x", "passphrase": "x"}


@pytest.mark.parametrize("who", ["nobody", "shut"])
def test_nobody_gets_in_who_is_not_signed_in(room: Room, visitors: dict[str, Visitor], who: str) -> None:
    for route in [each for each in ROUTES if each.action]:
        visitor, path = visitors["shut"] if who == "shut" else room.visitor(), address(room, route)
        answer = visitor.ask("GET", path) if route.method == "GET" else visitor.post(path)
        if route.method == "GET":
            assert (answer.status, answer.to.partition("?")[0]) == (303, "/sign-in"), route
        else:
            assert answer.status == 401, route
        assert "校舍" not in answer.text, route


POSTS = [route for route in ROUTES if route.method == "POST"]
FROM_ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8000"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


def test_a_form_without_its_token_is_refused(room: Room, visitors: dict[str, Visitor]) -> None:
    for route in POSTS:
        before = room.archive.size
        for forged in ("", "0" * 64, "\x00"):
            answer = visitors["editor"].ask("POST", address(room, route), {"form-token": forged, **form_for(route)})
            assert answer.status == 403, route
        assert room.archive.size == before, route


def test_a_form_without_its_token_signs_nobody_in_and_uses_up_no_invitation(room: Room) -> None:
    """Else a page elsewhere has somebody work under an account that its maker reads along with."""
    stranger, code = room.visitor(), room.bench.accounts.invite(["translator"], [], room.now.date())
    stranger.get("/sign-in")
    for forged in ("", "0" * 64):
        said = {"form-token": forged, "name": "editor", "passphrase": PASSPHRASE}
        assert stranger.ask("POST", "/sign-in", said).status == 403
        assert stranger.ask("POST", "/join", {**said, "code": code, "name": "lured", "again": PASSPHRASE}).status == 403
    assert stranger.get("/account").to.startswith("/sign-in")
    assert room.bench.accounts.invited(code, room.now.date()).roles == ("translator",)


def test_a_form_from_another_site_is_refused_whatever_it_carries(room: Room, visitors: dict[str, Visitor]) -> None:
    visitor = visitors["editor"]
    for route in POSTS:
        form = {"form-token": visitor.token, **form_for(route)}
        for headers in FROM_ELSEWHERE:
            assert visitor.ask("POST", address(room, route), form, headers).status == 403, (route, headers)


def test_the_token_of_one_sign_in_is_worth_nothing_in_another(room: Room, visitors: dict[str, Visitor]) -> None:
    form = {"form-token": visitors["translator"].token, "do": "credit", "credit": "x"}
    assert visitors["editor"].ask("POST", "/account", form).status == 403


def test_a_method_nobody_offers_is_refused(room: Room, visitors: dict[str, Visitor]) -> None:
    every = {"POST", "PUT", "DELETE", "PATCH", "GET", "OPTIONS", "TRACE"}
    for path in sorted({route.path for route in ROUTES}):
        offered = [route for route in ROUTES if route.path == path]
        for method in every - {route.method for route in offered}:
            assert visitors["editor"].ask(method, address(room, offered[0]), {}).status == 405, (method, path)


def test_every_action_is_a_column_of_the_table() -> None:
    assert {route.action for route in ROUTES} <= {None, *RIGHTS}
    assert set(RIGHTS) == {route.action for route in ROUTES if route.action}


def test_every_action_and_every_act_has_a_word_in_every_language() -> None:
    acts = {getattr(each, "ACT", "") for name, each in sys.modules.items() if name.startswith("tamizdat.statements.")}
    assert len(acts) > 15
    assert {*RIGHTS, *ROLES, *filter(None, acts)} - WORDS.keys() == {"forgotten"}, "that is never shown"


def test_the_open_doors_are_the_entrance_only() -> None:
    assert {route.path for route in ROUTES if route.action is None} == {
        "/static/{name}",
        "/sign-in",
        "/sign-in/state",
        "/join",
        "/feed/{secret}",  # whose address is what one must know
    }


def test_the_written_table_is_the_table() -> None:
    import tamizdat.workbench.auth.permissions as rights

    assert rights.__doc__
    rows = [
        line.split() for line in rights.__doc__.splitlines() if line.split()[1:2] and line.split()[1] in ("yes", "–")
    ]
    written = {
        row[0]: frozenset(role for role, cell in zip(ROLES, row[1:4], strict=True) if cell == "yes") for row in rows
    }
    assert written == RIGHTS


def test_a_reviewers_own_translation_is_not_reviewed_by_its_author(room: Room, tmp_path: Path) -> None:
    visitor = room.visitor("reviewer")
    number = room.number(3)
    latest = room.archive.index.translations.latest(room.post(3), "en")  # of another test, if that ran before
    visitor.get(f"/translate/{number}/en")
    version = room.archive.index.posts.versions(room.post(3))[-1].number
    form = {"target-0": "Three families today; the police waited downstairs.", "seen-0": "0"}
    before = latest.number if latest else ""
    assert visitor.post(f"/translate/{number}/en/propose", version=version, latest=before, **form).status == 303
    own = room.archive.index.translations.latest(room.post(3), "en")
    assert own
    assert own.number != before
    page = visitor.get(f"/translate/{number}/en/review")
    assert 'value="reviewed"' not in page.text
    answer = visitor.post(f"/translate/{number}/en/review", verdict="reviewed", translated=own.number)
    assert answer.status == 400
    assert "nobody reviews or approves their own translation" in answer.text
    editor = room.visitor("editor")
    refused = editor.post(f"/translate/{number}/en/approve", translated=own.number)
    assert refused.status == 400
    assert "another account has reviewed" in refused.text
