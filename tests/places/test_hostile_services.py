"""Attacks by whoever runs a storage service, or stands where it should be; and logins that must not leak."""

import contextlib
import logging
import re
import ssl
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from places.servers import ACCESS_KEY, PASSWORD, SECRET_KEY, USERNAME, Service, serve_s3, serve_webdav
from tamizdat.errors import (
    NotThere,
    PlaceBusy,
    PlaceError,
    PlaceFull,
    PlaceRefused,
    PlaceSilent,
    PlaceUnreachable,
    UsageError,
)
from tamizdat.network.exchange import reason
from tamizdat.places import Place, open_place, probe, takes
from tamizdat.places.remote import RemotePlace

KINDS = ("s3", "webdav")
SECRETS = (ACCESS_KEY, SECRET_KEY, USERNAME, PASSWORD)

Opener = Callable[[str, str], Place]


@pytest.fixture(scope="module")
def hostile() -> Iterator[Opener]:
    """Opens a place on the hostile server: (kind, harm) -> place."""
    command = [sys.executable, str(Path(__file__).with_name("hostile_server.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        yield lambda kind, harm: open_at(kind, f"127.0.0.1:{port}", harm)
        server.terminate()


#: what the server does without end: a second's patience is enough; in all else it is not to be mistaken for a slow one
ENDLESS = {"mute", "drip", "slow", "pages", "flood"}


def open_at(kind: str, host: str, harm: str) -> Place:
    patience = "1" if harm in ENDLESS else "60"
    if kind == "webdav":
        return open_place(
            "cloud", f"webdav+http://{host}/{harm}", {"username": USERNAME, "password": PASSWORD, "timeout": patience}
        )
    login = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    return open_place("cloud", f"s3://{harm}/{harm}", {**login, "endpoint": f"http://{host}", "timeout": patience})


def test_hostile_names_in_a_webdav_listing_are_passed_over(hostile: Opener) -> None:
    assert {*hostile("webdav", "names").list()} == {"9good"}


def test_hostile_names_in_a_bucket_are_passed_over(hostile: Opener) -> None:
    assert {*hostile("s3", "names").list()} == {"9good"}


@pytest.mark.parametrize(("kind", "names"), [("s3", {"9good"}), ("webdav", set())])
def test_what_lies_outside_of_what_was_asked_for_is_passed_over(hostile: Opener, kind: str, names: set[str]) -> None:
    assert {*hostile(kind, "outside").list()} == names


@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_with_entities_is_not_read(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceError, match="what no sound service answers"):
        [*hostile(kind, "entities").list()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_network_that_wants_a_login_is_no_empty_place_and_takes_nothing(
    hostile: Opener, kind: str
) -> None:
    place = hostile(kind, "portal")
    with pytest.raises(PlaceUnreachable, match="what no sound service answers"):
        [*place.list()]
    with pytest.raises(PlaceError):
        place.put("ab" * 32, b"x" * 1000)


@pytest.mark.parametrize(
    ("valid", "name", "why"),
    [
        ((-9, -2), "127.0.0.1", "has run out, or the clock of this machine is wrong"),
        ((2, 9), "127.0.0.1", "has run out, or the clock of this machine is wrong"),
        ((-1, 9), "127.0.0.2", "or this network .* wants a login of its own first"),
    ],
)
def test_why_a_certificate_does_not_hold_is_told_as_far_as_it_is_known(
    valid: tuple[int, int], name: str, why: str
) -> None:
    """A certificate that is trusted, for another time or another address; nobody's words are repeated."""
    key, now = ed25519.Ed25519PrivateKey.generate(), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a place")])
    since, until = (now + timedelta(days) for days in valid)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 7, since, until)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
    pem = made.sign(key, None).public_bytes(serialization.Encoding.PEM)
    trusted, served = ssl.create_default_context(cadata=pem.decode()), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ))  # fmt: skip
        file.flush()
        served.load_cert_chain(file.name)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusted.wrap_bio(back, there, server_hostname="127.0.0.1")
    server = served.wrap_bio(there, back, server_side=True)
    for side in (client, server):
        with contextlib.suppress(ssl.SSLWantReadError):
            side.do_handshake()
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        client.do_handshake()
    assert re.search(why, reason(caught.value))


def test_a_listing_without_end_is_broken_off(hostile: Opener) -> None:
    with in_time(), pytest.raises(PlaceUnreachable):
        [*hostile("s3", "pages").list()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_silent_server_is_unreachable_in_bounded_time(hostile: Opener, kind: str) -> None:
    place = hostile(kind, "mute")
    for attempt in (lambda: place.put("a", b"x"), lambda: place.get("a"), lambda: [*place.list()]):
        with in_time(), pytest.raises(PlaceSilent, match="did not answer in time, though it takes connections"):
            attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_gone_is_unreachable_at_once(kind: str) -> None:
    place = open_at(kind, "127.0.0.1:1", "gone")
    for attempt in (lambda: place.put("a", b"x"), lambda: [*place.list()]):
        with in_time(), pytest.raises(PlaceUnreachable, match="nobody answers"):
            attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_that_drips_is_broken_off(hostile: Opener, kind: str) -> None:
    with in_time(), pytest.raises(PlaceUnreachable):
        hostile(kind, "drip").get("a")


def test_digits_that_are_no_numbers_and_addresses_that_are_none_are_passed_over(hostile: Opener) -> None:
    cloud = hostile("webdav", "numbers")
    assert {*cloud.list()} == {"9good"}
    assert cloud.get("a") == hostile("s3", "numbers").get("a") == b"whole"
    with pytest.raises(PlaceError):
        cloud.stat("a")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_drips_its_yes_does_not_hold_the_line_for_ever(hostile: Opener, kind: str) -> None:
    with in_time(), pytest.raises(PlaceUnreachable, match="did not answer in time"):
        hostile(kind, "slow").put("a", b"x")


@pytest.mark.parametrize("option", ["access_key_id", "session_token", "region"])
def test_a_login_with_a_line_end_in_it_is_refused_without_repeating_it(option: str) -> None:
    login = {"access_key_id": "A", "secret_access_key": "B", "endpoint": "https://127.0.0.1:1"}
    with pytest.raises(UsageError, match=option) as refusal:
        open_place("cloud", "s3://bucket/x", {**login, option: "SECRET\nX-Injected: 1"})
    assert "SECRET" not in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_without_end_does_not_fill_the_memory(hostile: Opener, kind: str) -> None:
    with in_time(), pytest.raises(PlaceError):
        hostile(kind, "flood").get("a")


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_that_is_cut_short_is_not_returned(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceError):
        hostile(kind, "short").get("a")


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_takes_an_object_and_shows_nothing_is_not_believed(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceError, match="holds nothing") as error:
        hostile(kind, "forgets").put("a", b"bytes")
    assert not isinstance(error.value, NotThere)


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_shows_less_than_it_took_is_not_believed(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceError, match="4 bytes"):
        hostile(kind, "shrinks").put("a", b"bytes")


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_service_is_full(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceFull):
        hostile(kind, "full").put("a", b"bytes")


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_is_down_may_be_tried_again(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceUnreachable):
        hostile(kind, "down").put("a", b"bytes")


@pytest.mark.parametrize("kind", KINDS)
def test_a_busy_service_says_for_how_long(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceBusy, match=r"expected it to .+, found that it is busy.+17 seconds \(answer 429\)") as busy:
        hostile(kind, "busy").put("a", b"bytes")
    assert busy.value.seconds == 17


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_with_a_small_limit_tells_the_size_it_does_not_take(hostile: Opener, kind: str) -> None:
    place = hostile(kind, "small")
    told = r"expected it to take an object of 4,196,971 bytes.+answer 413.+Ask its owner"
    with pytest.raises(PlaceRefused, match=told):
        place.put("a", bytes(4_196_971))
    assert takes(place, 500_000)
    assert not takes(place, 4_196_971)


@pytest.mark.parametrize("kind", KINDS)
def test_no_redirect_is_followed(hostile: Opener, kind: str) -> None:
    place = hostile(kind, "moved")
    for attempt in (lambda: place.put("a", b"x"), lambda: place.get("a"), lambda: [*place.list()]):
        with pytest.raises(PlaceRefused, match="the login would go there too"):
            attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_old_bytes_are_given_as_they_are_for_whoever_asks_holds_them_against_their_name(
    hostile: Opener, kind: str
) -> None:
    place = hostile(kind, "old")
    place.put("a", b"new bytes")
    assert probe(place, size=1000).get is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_gives_no_part_gives_it_with_all_the_rest(hostile: Opener, kind: str) -> None:
    place = hostile(kind, "old")
    assert isinstance(place, RemotePlace)
    assert place.get_part("a", 4, 3) == b"byt"
    assert place.get_part("a", 7, 9) == b"es"
    assert place.get_part("a", 20, 9) == b""


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_listing_is_no_listing(hostile: Opener, kind: str) -> None:
    with pytest.raises(PlaceUnreachable, match="what no sound service answers"):
        [*hostile(kind, "half").list()]


def test_a_wrong_clock_is_named(hostile: Opener) -> None:
    with pytest.raises(PlaceRefused, match="the clock of this machine is wrong"):
        hostile("s3", "skew").put("a", b"x")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_repeats_the_login_does_not_get_it_into_a_message(
    hostile: Opener, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    place = hostile(kind, "echo")
    for attempt in (
        lambda: place.put("a", b"x"),
        lambda: place.get("a"),
        lambda: [*place.list()],
        lambda: probe(place),
    ):
        try:
            told = str(attempt())
        except PlaceError as error:
            told = "".join(traceback.format_exception(error)) + repr(error.__context__)
        assert_no_secret(told, caplog.text, *capfd.readouterr())
    assert_no_secret(repr(place), str(vars(place)))


def test_a_wrong_login_is_refused_and_not_repeated(s3: Service, webdav: Service) -> None:
    for service, login in (
        (s3, {"access_key_id": "WRONGKEYWRONGKEY", "secret_access_key": "wrong-secret"}),
        (s3, {"secret_access_key": "wrong-secret"}),
        (webdav, {"username": "wrong-user", "password": "wrong-secret"}),
    ):
        place = open_place("cloud", service.url, {**service.options, **login})
        for attempt in (lambda p=place: p.put("a", b"x"), lambda p=place: p.get("a"), lambda p=place: [*p.list()]):
            with pytest.raises(PlaceRefused) as caught:
                attempt()
            told = "".join(traceback.format_exception(caught.value))
            assert_no_secret(told)
            assert not any(value in str(caught.value) for value in login.values())


def test_a_service_whose_certificate_nobody_vouches_for_gets_no_login(tmp_path: Path) -> None:
    """Someone stands between us and the server, with a certificate made a moment ago."""
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    make = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *names], check=True, capture_output=True)
    with serve_webdav(tmp_path / "served", "--cert", str(certificate), "--key", str(key)) as service:
        assert service.url.startswith("webdav://")
        place = open_place("cloud", service.url, service.options)
        with pytest.raises(PlaceUnreachable, match=r"its certificate does not hold.*if its owner signs certificates"):
            place.put("a", b"x")


def test_a_bucket_that_is_not_there_is_refused(s3: Service) -> None:
    place = open_place("cloud", "s3://no-such-bucket/x", s3.options)
    with pytest.raises(PlaceRefused, match="no bucket of this name"):
        place.put("a", b"x")


def test_a_read_only_service_refuses_but_what_it_holds_already_is_put(tmp_path: Path) -> None:
    with serve_webdav(tmp_path) as service:
        open_place("cloud", service.url, service.options).put("held", b"these bytes")
    with serve_webdav(tmp_path, "--read-only") as service:
        place = open_place("cloud", service.url, service.options)
        place.put("held", b"these bytes")
        with pytest.raises(PlaceRefused):
            place.put("held", b"other bytes")
        with pytest.raises(PlaceRefused):
            place.put("new", b"bytes")
        with pytest.raises(PlaceRefused):
            place.delete("held")
        assert place.get("held") == b"these bytes"
        rights = probe(place)
    assert (rights.put, rights.list, rights.delete) == (False, True, None)
    assert "of no use for sending" in rights.report()


def test_a_service_that_dies_between_two_objects_is_unreachable(tmp_path: Path) -> None:
    with serve_s3(tmp_path) as service:
        place = open_place("cloud", service.url, {**service.options, "timeout": "10"})
        place.put("a", b"x")
        service.process.kill()
        service.process.wait()
        with in_time(), pytest.raises(PlaceUnreachable):
            place.put("b", b"x")
        with in_time(), pytest.raises(PlaceUnreachable):
            [*place.list()]


def test_what_one_protocol_wrote_another_reads(tmp_path: Path) -> None:
    """The layout is the same everywhere, so a server's disk can be carried to the desk as a folder."""
    with serve_webdav(tmp_path) as service:
        open_place("cloud", service.url, service.options).put("9f00", b"carried")
    (tmp_path / "parcels" / "tamizdat-place").write_text("")
    assert open_place("disk", str(tmp_path / "parcels"), {}).get("9f00") == b"carried"


def assert_no_secret(*texts: str) -> None:
    for text in texts:
        assert not any(secret in text for secret in SECRETS)


class in_time:
    """Fails if its block waits for ever instead of the seconds that a place was given, however busy the machine is."""

    def __enter__(self) -> None:
        self.start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        assert time.monotonic() - self.start < 60
