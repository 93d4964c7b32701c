"""Accounts: one-time invitations, passphrases, secrets, and what lies on the disk."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from tamizdat.encoding import Json, canonical
from tamizdat.errors import BadArchive, TamizdatError, UsageError, WrongPassphrase
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.translation.proposals import tag
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases

TODAY = date(2026, 11, 25)
WORDS = "correct horse battery staple"
POST = "https://x.com/i/status/57"


def cheap() -> Passphrases:
    """A kilobyte and one round: what a guess costs is no matter here."""
    return Passphrases(memory=8, rounds=1, lanes=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_desk(tmp_path / "desk", "desk", b"", 8)


@pytest.fixture
def accounts(home: Home) -> Accounts:
    return Accounts.open(home, cheap())


def joined(accounts: Accounts, name: str, *roles: str, languages: tuple[str, ...] = ("en",)) -> str:
    code = accounts.invite(roles or ("translator",), languages, TODAY)
    return accounts.join(code, name, WORDS, TODAY).id


def test_an_invitation_makes_one_account_with_its_roles(accounts: Accounts) -> None:
    code = accounts.invite(["reviewer", "translator"], ["en", "zh-Hans"], TODAY)
    account = accounts.join(code, "magpie", WORDS, TODAY)
    assert (account.name, account.roles, account.languages) == ("magpie", ("translator", "reviewer"), ("en", "zh-Hans"))
    assert accounts.sign_in("magpie", WORDS) == account
    assert accounts.invitations(TODAY) == []


def test_where_nobody_has_an_account_it_is_told_how_the_first_is_made(accounts: Accounts) -> None:
    with pytest.raises(UsageError, match=r"nobody has one here yet\. 'tamizdat desk invite --role editor'"):
        accounts.named("magpie")


def test_a_code_is_used_once(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY)
    accounts.join(code, "first", WORDS, TODAY)
    with pytest.raises(UsageError, match="was used, has expired or was never given out"):
        accounts.join(code, "second", WORDS, TODAY)


def test_an_invitation_that_was_withdrawn_or_has_expired_lets_nobody_in(accounts: Accounts) -> None:
    code = accounts.invite(["editor"], [], TODAY)
    late = date.fromisoformat(accounts.invitations(TODAY)[0].until) + timedelta(days=1)
    assert accounts.invitations(late - timedelta(days=1)) == accounts.invitations(TODAY)
    assert accounts.invitations(late) == []
    with pytest.raises(UsageError, match="expired"):
        accounts.join(code, "late", WORDS, late)
    other, again = (accounts.invite(["editor"], [], late) for _ in range(2))
    assert {each.until > late.isoformat() for each in accounts.invitations(TODAY)} == {True}, "the expired one is gone"
    accounts.join(other, "magpie", WORDS, late)
    accounts.withdraw(accounts.invitations(TODAY)[0].code)
    assert accounts.invitations(TODAY) == []
    with pytest.raises(UsageError, match="never given out"):
        accounts.join(again, "first", WORDS, TODAY)


def test_of_many_who_use_a_code_at_once_one_gets_in(home: Home, accounts: Accounts) -> None:
    code = accounts.invite(["editor"], [], TODAY)
    outcomes: list[str] = []

    def attempt(number: int) -> None:
        try:
            outcomes.append(Accounts.open(home, cheap()).join(code, f"name {number}", WORDS, TODAY).name)
        except UsageError:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("refused") == 7
    assert len(accounts.all()) == 1


def test_a_code_expires(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY, days=2)
    assert accounts.invited(code, date(2026, 11, 27)).until == "2026-11-27"
    with pytest.raises(UsageError, match="has expired"):
        accounts.join(code, "late", WORDS, date(2026, 11, 28))


def test_a_code_is_good_on_its_last_day_whoever_is_invited_then(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY, days=1)
    accounts.invite(["editor"], [], TODAY + timedelta(days=1))
    assert accounts.join(code, "magpie", WORDS, TODAY + timedelta(days=1)).roles == ("translator",)


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_no_invitation_is_for_ever(accounts: Accounts, days: int) -> None:
    with pytest.raises(UsageError, match="from 1 to 365"):
        accounts.invite(["editor"], [], TODAY, days)
    assert accounts.invitations(TODAY - timedelta(days=9)) == []


def test_what_is_changed_of_an_account_that_there_is_not_is_told(accounts: Accounts) -> None:
    with pytest.raises(UsageError, match="no such account"):
        accounts.set_disabled("0" * 16, True)


@pytest.mark.parametrize("code", ["", "x", "0000-0000-0000-0000-0000-0000-00", "\ud800", "٣" * 26])
def test_a_code_nobody_gave_out_is_refused_in_the_same_words(accounts: Accounts, code: str) -> None:
    with pytest.raises(UsageError, match="was used, has expired or was never given out"):
        accounts.join(code, "guess", WORDS, TODAY)


def test_a_code_read_out_over_a_telephone_is_forgiven_case_and_hyphens(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY)
    assert accounts.invited(code.replace("-", " ").lower().replace("0", "o"), TODAY).roles == ("translator",)


def test_a_mistake_does_not_use_up_the_code(accounts: Accounts) -> None:
    joined(accounts, "magpie")
    code = accounts.invite(["translator"], [], TODAY)
    for name, passphrase in (("MAGPIE", WORDS), ("ｍagpie", WORDS), ("crow", "short"), ("crow", "a" * 20), ("", WORDS)):
        with pytest.raises(UsageError):
            accounts.join(code, name, passphrase, TODAY)
    assert accounts.join(code, "crow", WORDS, TODAY).name == "crow"


@pytest.mark.parametrize("name", ["a\u202eb", "a\u200bb", "\x00", "<b>", "a" * 41, "-x", "a  b", "\ud800", "a\nb"])
def test_names_that_would_deceive_are_refused(accounts: Accounts, name: str) -> None:
    code = accounts.invite(["translator"], [], TODAY)
    with pytest.raises(UsageError):
        accounts.join(code, name, WORDS, TODAY)


@pytest.mark.parametrize("name", ["喜鹊", "طائر العقعق", "སྐྱ་ཀ", "Mag-pie 2"])
def test_names_of_any_script_are_welcome(accounts: Accounts, name: str) -> None:
    assert joined(accounts, name)
    assert accounts.sign_in(name, WORDS).name == name


def test_unknown_name_wrong_passphrase_and_disabled_account_are_answered_alike(accounts: Accounts) -> None:
    id = joined(accounts, "magpie")
    joined(accounts, "crow")
    accounts.set_disabled(id, True)
    told = set()
    for name, passphrase in (
        ("magpie", WORDS),
        ("crow", WORDS + "!"),
        ("nobody", WORDS),
        ("nobody", ""),
        ("\ud800", "x"),
    ):
        with pytest.raises(WrongPassphrase) as refused:
            accounts.sign_in(name, passphrase)
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_passphrase_is_the_same_however_a_keyboard_composes_it(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY)
    accounts.join(code, "magpie", "u\u0308ber alle Berge", TODAY)
    assert accounts.sign_in("magpie", "\u00fcber alle Berge").name == "magpie"


def test_no_passphrase_is_that_of_an_account_that_there_is_not() -> None:
    """A guess at a name nobody has is held against the hash of nothing, which the empty passphrase is of."""
    passphrases = cheap()
    assert not passphrases.holds(None, "")
    assert not passphrases.holds("", "")
    assert not passphrases.holds("$argon2id$damaged", "")
    assert passphrases.holds(passphrases.hashed(WORDS), WORDS)


def test_a_name_however_often_is_no_passphrase_of_its_own_account(accounts: Accounts) -> None:
    code = accounts.invite(["translator"], [], TODAY)
    with pytest.raises(UsageError):
        accounts.join(code, "magpie", "MagpieMagpieMagpie", TODAY)
    assert accounts.join(code, "crow", "MagpieMagpieMagpie", TODAY).name == "crow"


def test_the_tag_is_made_of_the_accounts_secret(accounts: Accounts) -> None:
    joined(accounts, "magpie")
    account = accounts.named("magpie")
    assert account.tag(POST, "en") == tag(accounts.secret_of("magpie"), POST, "en")
    assert len(account.secret) == 32
    assert accounts.known_by(POST, "en") == {account.tag(POST, "en"): account}


def test_credit_is_what_the_account_chose_and_nothing_by_itself(accounts: Accounts) -> None:
    id = joined(accounts, "magpie")
    by = accounts.named("magpie").tag(POST, "en")
    assert accounts.credit_of(POST, "en", by) == ""
    accounts.set_credit(id, "M. Elster")
    assert accounts.credit_of(POST, "en", by) == "M. Elster"
    assert accounts.credit_of(POST, "de", by) == ""
    assert accounts.credit_of(POST, "en", "0" * 32) == ""


def test_a_disabled_account_has_no_secret_for_anybody(accounts: Accounts) -> None:
    id = joined(accounts, "magpie", "editor")
    accounts.set_disabled(id, True)
    with pytest.raises(UsageError, match="no account of this name"):
        accounts.secret_of("magpie")
    known = accounts.account(id)
    assert known is not None
    assert not known.may("read")


def test_a_change_is_seen_by_a_process_that_had_the_accounts_open(home: Home, accounts: Accounts) -> None:
    other = Accounts.open(home, cheap())
    id = joined(accounts, "magpie")
    assert other.account(id) is not None
    other.set_disabled(id, True)
    with pytest.raises(WrongPassphrase):
        accounts.sign_in("magpie", WORDS)


def test_a_change_that_leaves_the_file_as_long_as_it_was_is_seen_too(home: Home, accounts: Accounts) -> None:
    id = joined(accounts, "magpie")
    other = Accounts.open(home, cheap())
    for credit in ("Robin", "Raven", "Robin"):
        accounts.set_credit(id, credit)
        seen = other.account(id)
        assert seen is not None
        assert seen.credit == credit


def test_a_new_passphrase_and_disabling_end_every_sign_in(accounts: Accounts) -> None:
    id = joined(accounts, "magpie")

    def generation() -> int:
        account = accounts.account(id)
        assert account is not None
        return account.generation

    accounts.set_passphrase(id, WORDS + " again")
    assert generation() == 2
    accounts.set_disabled(id, True)
    assert generation() == 3
    accounts.sign_out_everywhere(id)
    assert generation() == 4


def test_the_file_shows_no_name_hash_or_secret(home: Home, accounts: Accounts) -> None:
    joined(accounts, "magpie")
    data = (home.folder / "accounts").read_bytes()
    assert b"magpie" not in data
    assert b"argon2" not in data
    assert (home.folder / "accounts").stat().st_mode & 0o077 == 0
    assert "secret" not in repr(accounts.named("magpie"))


def test_an_altered_file_is_refused(home: Home, accounts: Accounts) -> None:
    joined(accounts, "magpie")
    path = home.folder / "accounts"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        Accounts.open(home, cheap())


@pytest.mark.parametrize("said", [[], {}, {"format": "tamizdat/accounts/v1", "accounts": [{}], "invitations": []}])
def test_a_file_that_says_something_else_is_refused(home: Home, said: Json) -> None:
    (home.folder / "accounts").write_bytes(home.keyring.seal(canonical(said), "accounts"))
    with pytest.raises(BadArchive, match=r"found others: .*Expected the members"):
        Accounts.open(home, cheap())


@pytest.mark.parametrize("roles", [[], ["admin"], ["editor", "root"]])
def test_roles_nobody_has_are_refused(accounts: Accounts, roles: list[str]) -> None:
    with pytest.raises(UsageError, match="Expected one or more roles"):
        accounts.invite(roles, [], TODAY)


def test_languages_that_are_none_are_refused(accounts: Accounts) -> None:
    with pytest.raises(TamizdatError, match="language tags"):
        accounts.invite(["translator"], ["../en"], TODAY)
