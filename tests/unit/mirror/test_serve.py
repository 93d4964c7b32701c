"""A copy is given out as it is, nothing else is, and no request is written down."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import tamizdat
from support.site_maker import Desk, small_site
from support.witness_server import serving
from tamizdat.mirror.copy import copy_site
from tamizdat.places.site_files import WebSite
from tamizdat.verifying import verify
from tamizdat.witness.record import Record


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "site"
    small_site(folder, Desk())
    (folder.parent / "secret.txt").write_text("secret")
    (folder / ".hidden").write_text("secret")
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "away").symlink_to(folder.parent)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site, None) as address:
        yield address


def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_files_are_given_out_whole_and_in_part(site: Path, address: str) -> None:
    status, headers, body = ask(address, "/")
    assert (status, body) == (200, (site / "index.html").read_bytes())
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers
    picture = (site / "items/0/picture.jpg").read_bytes()
    assert ask(address, "/items/0/picture.jpg", Range="bytes=2-4")[::2] == (206, picture[2:5])
    assert ask(address, "/items/0/picture.jpg", "HEAD")[2] == b""
    assert ask(address, "/items/0")[1]["location"] == "0/"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt", "/away/secret.txt", "/.hidden", "/items",
     "/nothing", "//", "/index.html/", "/%00", "/items/0/%0a.txt", "/witness/add-checkpoint", "/index.html%2f.."],
)  # fmt: skip
def test_nothing_else_is(address: str, path: str) -> None:
    status, _, body = ask(address, path)
    assert status in (308, 404)
    assert b"secret" not in body


def test_a_reader_is_told_in_their_language_that_nothing_is_there_and_a_program_in_a_line(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "zh"):
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_text("<title>A &amp; B</title>")
    with serving(tmp_path, None) as address:
        assert ask(address, "/nothing")[2] == b"There is nothing here.\n"
        asks = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN, en;q=0.9"}
        status, headers, page = ask(address, "/nothing/at/all", **asks)
        assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert b'<html lang="zh-Hans" dir="ltr">' in page
        assert b"A &amp; B" in page, "what the site calls itself"
        assert b'<html lang="zh-Hans"' in ask(address, "/zh/nothing/", Accept="text/html")[2], "among Chinese pages"
        assert b'<html lang="en"' in ask(address, "/x", **asks | {"Accept-Language": "ar"})[2], "of what there is"


def test_nothing_can_be_sent(address: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert ask(address, "/index.html", method)[0] == 405


@pytest.mark.parametrize(
    ("path", "method"), [("/", "GET"), ("/nothing", "GET"), ("/index.html", "POST"), ("/items/0", "GET")]
)
def test_no_other_site_frames_a_page_and_nothing_is_told_to_it(address: str, path: str, method: str) -> None:
    _, headers, _ = ask(address, path, method)
    policy = dict(each.strip().partition(" ")[::2] for each in headers["content-security-policy"].split(";"))
    assert (policy["frame-ancestors"], policy["default-src"], policy["script-src"]) == ("'none'", "'none'", "'self'")
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_server_forbids_nothing_that_a_page_says_it_needs(address: str) -> None:
    """Of two policies a browser keeps both, so that one that said less would break pages."""
    _, headers, _ = ask(address, "/")
    told = {each.strip() for each in headers["content-security-policy"].split(";")}
    templates = Path(tamizdat.__file__).parent / "publishing/site/templates"
    base = (templates / "base.html").read_text("utf-8").partition('http-equiv="Content-Security-Policy" content="')[2]
    said = base.partition("{% block policy")[0].split(";")
    for page in templates.glob("*.html"):
        if (more := page.read_text("utf-8").partition("{% block policy %}")[2]) and page.name != "base.html":
            said += more.partition("{% endblock %}")[0].split(";")
    assert len(said) > 8
    assert {each.strip() for each in said if each.strip()} <= told


def test_a_mirror_of_a_mirror_verifies_and_both_signed(site: Path, tmp_path: Path) -> None:
    for name in (".hidden", "link.txt", "away"):
        (site / name).unlink()
    first, second = Record.create(tmp_path / "1", "one.example"), Record.create(tmp_path / "2", "two.example")
    with serving(site, None) as address:
        copy_site(WebSite("site", address), tmp_path / "one", first, None, 1_790_000_000)
    with serving(tmp_path / "one", first) as address:
        copy_site(WebSite("one", address), tmp_path / "two", second, None, 1_790_000_000)
        origin = (site / "ledger/checkpoint").read_text().partition("\n")[0]
        from tamizdat.encoding import sha256_hex

        newest = ask(address, f"/witness/{sha256_hex(origin.encode())}/checkpoint")
        assert newest[0] == 200
        assert newest[2].startswith((site / "ledger/checkpoint").read_bytes())
        assert ask(address, "/witness")[2].startswith(b"This is one.example, a witness:"), "seen in a browser"
        assert ask(address, "/witness/" + "0" * 64 + "/checkpoint")[0] == 404
    assert verify(tmp_path / "two").holds
    kept = (tmp_path / "two/ledger/checkpoints/256/checkpoint").read_text("utf-8")
    assert "— one.example " in kept
    assert "— two.example " in kept
