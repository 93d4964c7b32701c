"""What every request passes and every answer carries: hosts, bodies, cookies, headers, tries, redirects."""

from datetime import timedelta

import pytest

from support.visitor import HOST, WORDS, Room, Visitor
from tamizdat.ledger.shapes import anything
from tamizdat.web.request import MAX_BODY as MAX_STRANGERS
from tamizdat.workbench.app import application
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.auth.sessions import IDLE, LONGEST, RENEW
from tamizdat.workbench.request import MAX_BODY


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8737.evil.example", "", "localhost:8737@evil", HOST + ","],
)
def test_a_name_that_was_turned_to_this_computer_reaches_nothing(room: Room, host: str) -> None:
    for path in ("/sign-in", "/static/style.css", "/nothing"):
        answer = room.visitor().ask("GET", path, headers={"host": host})
        assert answer.status == 421
        assert "set-cookie" not in answer.headers


def test_the_public_address_is_the_only_other_name(room: Room) -> None:
    room.bench.address = "https://desk.example"
    room.app = application(room.bench)
    visitor = room.visitor()
    assert visitor.ask("GET", "/sign-in").status == 421
    answer = visitor.ask("GET", "/sign-in", headers={"host": "DESK.example"})
    assert answer.status == 200
    assert answer.headers["set-cookie"].startswith("__Host-desk=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_every_answer_forbids_what_our_pages_do_not_need(room: Room) -> None:
    visitor = room.visitor("editor")
    for path in ("/", "/nothing", "/sign-in", "/items/0", "/accounts", "/static/nothing", "/translate/1/../en"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
def test_a_page_is_read_from_wherever_the_way_to_it_led(room: Room, site: str) -> None:
    """An address that was typed in, a link in a letter: nothing is changed by reading."""
    assert room.visitor().ask("GET", "/sign-in", headers={"sec-fetch-site": site}).status == 200


def test_cookies_stay_with_the_browser_and_this_site(room: Room) -> None:
    given = room.visitor().get("/sign-in").headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(given.split("; ")[1:])
    assert "max-age" not in given.lower()


def test_signing_in_makes_a_new_cookie_so_that_a_planted_one_is_worth_nothing(room: Room) -> None:
    planted = room.visitor()
    planted.get("/sign-in")
    victim = Visitor(room)
    victim.cookie = planted.cookie
    victim.sign_in("editor")
    assert victim.cookie != planted.cookie
    assert planted.get("/").status == 303


@pytest.mark.parametrize(("name", "most"), [("", MAX_STRANGERS), ("editor", MAX_BODY)])
def test_a_body_that_is_too_large_is_refused(room: Room, name: str, most: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    visitor = room.visitor(name)
    assert visitor.ask("POST", "/account", headers=headers, body=b"a" * most).status in (401, 403)
    assert visitor.ask("POST", "/account", headers=headers, body=b"a" * (most + 1)).status == 400


@pytest.mark.parametrize("kind", ["", "multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_other_bodies_than_plain_forms_are_refused(room: Room, kind: str) -> None:
    answer = room.visitor().ask("POST", "/sign-in", headers={"content-type": kind}, body=b"name=a")
    assert answer.status == 400


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", "näme=x".encode(), b"name=%ff", b"&".join(b"a=1" for _ in range(50_000))]
)
def test_forms_that_are_none_are_refused(room: Room, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert room.visitor().ask("POST", "/sign-in", headers=headers, body=body).status == 400


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/%2f/evil",
        "javascript:alert(1)",
        "/a\nb",
        "/ x",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(room: Room, next: str) -> None:
    visitor = room.visitor()
    visitor.get("/sign-in")
    assert visitor.post("/sign-in", name="editor", passphrase=WORDS, next=next).to == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(room: Room) -> None:
    visitor = room.visitor()
    assert visitor.get("/translate/8/en").to == "/sign-in?next=%2Ftranslate%2F8%2Fen"
    visitor.get("/sign-in?next=/translate/8/en")
    assert visitor.post("/sign-in", name="editor", passphrase=WORDS, next="/translate/8/en").to == "/translate/8/en"


def test_unknown_name_wrong_passphrase_and_disabled_account_look_alike(room: Room) -> None:
    room.bench.accounts.set_disabled(room.accounts["reviewer"].id, True)
    pages = set()
    for name, passphrase in (("editor", "wrong"), ("nobody", WORDS), ("reviewer", WORDS), ("", "")):
        visitor = room.visitor()
        visitor.get("/sign-in")
        answer = visitor.post("/sign-in", name=name, passphrase=passphrase)
        assert answer.status == 403
        assert "desk=" not in answer.headers.get("set-cookie", "") or visitor.get("/").status == 303
        pages.add(answer.text.replace(f'value="{name}"', "").replace(visitor.token, ""))
    assert len(pages) == 1


def test_passphrases_cannot_be_guessed_without_end(room: Room) -> None:
    visitor = room.visitor()
    visitor.get("/sign-in")
    statuses = [
        visitor.post("/sign-in", name=name, passphrase="x").status for name in ["editor", "EDITOR", " Editor "] * 4
    ]
    assert statuses[:10] == [403] * 10
    assert statuses[10:] == [429] * 2
    refused = visitor.post("/sign-in", name="editor", passphrase=WORDS)
    assert (refused.status, refused.headers["retry-after"]) == (429, "30")
    room.now += timedelta(seconds=31)
    assert visitor.post("/sign-in", name="editor", passphrase=WORDS).status == 303


def test_an_unknown_name_is_slowed_down_like_a_known_one(room: Room) -> None:
    visitor = room.visitor()
    visitor.get("/sign-in")
    assert [visitor.post("/sign-in", name="nobody", passphrase="x").status for _ in range(12)][9:] == [403, 429, 429]


def test_many_names_together_are_slowed_down_too(room: Room) -> None:
    visitor = room.visitor()
    visitor.get("/sign-in")
    statuses = [visitor.post("/sign-in", name=f"name{each}", passphrase="x").status for each in range(62)]
    assert statuses[60:] == [429, 429]


def test_invitation_codes_cannot_be_guessed_without_end(room: Room) -> None:
    visitor = room.visitor()
    statuses = [visitor.get(f"/join?code=0000-0000-0000-0000-0000-0000-{each:02}").status for each in range(22)]
    assert statuses[:20] == [403] * 20
    assert statuses[20:] == [429] * 2


def test_strangers_tries_keep_nobody_out_who_has_an_invitation(room: Room) -> None:
    code = room.bench.accounts.invite(["translator"], ["en"], room.now.date())
    stranger, invited = room.visitor(), room.visitor()
    for each in range(25):
        stranger.get(f"/join?code=0000-0000-0000-0000-0000-0000-{each:02}")
    assert invited.get(f"/join?code={code}").status == 200
    assert invited.post("/join", code=code, name="thrush", passphrase=WORDS, again=WORDS).status == 303


@pytest.mark.parametrize("after", [IDLE + 1, LONGEST + 1])
def test_a_sign_in_ends_by_itself_and_is_deleted_when_somebody_signs_in(room: Room, after: int) -> None:
    visitor = room.visitor("editor")
    room.now += timedelta(seconds=after)
    room.visitor("translator")
    assert len(room.bench.sealed.all(("sessions",), anything)) == 1
    assert visitor.get("/").status == 303


def test_a_sign_in_that_is_used_ends_after_a_week_all_the_same(room: Room) -> None:
    visitor = room.visitor("editor")
    statuses = []
    for _ in range(20):
        room.now += timedelta(hours=11)
        statuses.append(visitor.get("/account").status)
    assert statuses == [200] * 15 + [303] * 5


def test_a_sign_in_from_a_clock_that_went_wrong_does_not_last_until_that_hour_comes(room: Room) -> None:
    room.now += timedelta(days=365)
    visitor = room.visitor("editor")
    assert visitor.get("/account").status == 200
    room.now -= timedelta(days=365)
    assert visitor.get("/account").status == 303


def test_signing_out_everywhere_ends_every_sign_in(room: Room) -> None:
    one, other = room.visitor("editor"), room.visitor("editor")
    one.post("/account", do="everywhere")
    assert one.get("/").status == other.get("/").status == 303


def test_signing_out_ends_this_one_only(room: Room) -> None:
    one, other = room.visitor("editor"), room.visitor("editor")
    assert one.post("/sign-out").status == 303
    assert one.get("/").status == 303
    assert other.get("/").status == 200


def test_a_sign_in_that_is_ended_while_another_request_renews_it_stays_ended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, account = room.bench.sessions, room.bench.accounts.named("editor")
    token, later = sessions.begin(account, 0), RENEW + 1

    def ended_meanwhile(account_id: str) -> Account:
        sessions.end(token)
        return account

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.bench.accounts, "account", ended_meanwhile)
        assert sessions.account(token, later) == account, "the request had begun before"
    assert sessions.account(token, later) is None


def test_another_passphrase_ends_the_other_sign_ins_and_keeps_this(room: Room) -> None:
    one, other = room.visitor("editor"), room.visitor("editor")
    answer = one.post("/account", do="passphrase", now=WORDS, passphrase=WORDS + " too", again=WORDS + " too")
    assert answer.to == "/account?done=passphrase"
    assert one.get("/").status == 200
    assert other.get("/").status == 303


@pytest.mark.parametrize(
    "form",
    [
        {"now": "wrong"},
        {"again": "another"},
        {"passphrase": "short", "again": "short"},
        {"passphrase": "", "again": ""},
    ],
)
def test_a_passphrase_is_changed_only_with_the_old_one_and_twice(room: Room, form: dict[str, str]) -> None:
    visitor = room.visitor("editor")
    sent = {"now": WORDS, "passphrase": "some other long words", "again": "some other long words", **form}
    assert visitor.post("/account", do="passphrase", **sent).status == 400
    room.visitor("editor")


def test_guesses_at_the_passphrase_in_a_browser_that_was_left_open_are_limited(room: Room) -> None:
    visitor, new = room.visitor("editor"), "some other long words"
    guesses = [
        visitor.post("/account", do="passphrase", now=f"guess {n}", passphrase=new, again=new) for n in range(10)
    ]
    assert {each.status for each in guesses} == {400, 429}
    assert visitor.post("/account", do="passphrase", now=WORDS, passphrase=new, again=new).status == 429
    room.now += timedelta(hours=1)
    room.visitor("editor")  # with the old one


def test_a_button_that_no_page_has_changes_nothing(room: Room) -> None:
    visitor, before = room.visitor("editor"), room.bench.accounts.all()
    assert visitor.post("/account", do="nothing").status == 403
    assert visitor.post(f"/accounts/{room.accounts['translator'].id}", do="nothing").status == 403
    assert visitor.post("/accounts/0000000000000000", do="disable").status == 404
    assert room.bench.accounts.all() == before


def test_a_sign_in_outlives_a_restart(room: Room) -> None:
    visitor = room.visitor("editor")
    room.close()
    room.open()
    assert visitor.get("/").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/items/99999999999999999999999999",
        "/items/-1",
        "/items/1/media/99999999999999999999",
        "/translate/99999999999999999999/en",
        "/translate/8/..%2f..%2fetc",
        "/people/18446744073709551616",
        "/static/../accounts.py",
        "/static/..%2faccounts.py",
        "/static/desk.js%00",
        "/items/1/",
        "//evil.example/",
        "/%00",
        "/items/٣",
    ],
)
def test_strange_addresses_find_nothing(room: Room, path: str) -> None:
    answer = room.visitor("editor").get(path)
    assert answer.status == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query", ["from=-1", "from=1e9", "from=" + "9" * 400, "q=%00", "q=%ff", "person=%F0%9F", "since=x"]
)
def test_strange_questions_are_answered_with_a_sentence(room: Room, query: str) -> None:
    assert room.visitor("editor").get(f"/search?q=a&{query}").status in (200, 400)


def test_what_was_typed_is_given_back_when_the_sign_in_is_over(room: Room) -> None:
    visitor = room.visitor("translator")
    room.now += timedelta(seconds=IDLE + 1)
    sent = {"target-0": "<b>Words</b> that must not be lost", "notes": "a note"}
    answer = visitor.post(f"/translate/{room.number(1)}/en/draft", **sent)
    assert answer.status == 401
    assert "&lt;b&gt;Words&lt;/b&gt; that must not be lost" in answer.text
    assert "a note" in answer.text
    forged = visitor.ask(
        "POST", f"/translate/{room.number(1)}/en/draft", {"target-0": "put into our page by another site"}
    )
    assert forged.status == 401
    assert "by another site" not in forged.text
