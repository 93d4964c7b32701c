"""rclone's services through the program itself: what it is told, and that nobody else sees it."""

import os
import stat
from pathlib import Path

import pytest

from places.servers import SECRET_KEY, Service, find_rclone
from tamizdat.errors import NotThere, PlaceRefused, PlaceUnreachable, UsageError
from tamizdat.network.proxy import Proxy, use_proxy
from tamizdat.places import open_place
from tamizdat.places.rclone import OBEYS_PROXY

PARCEL = (4 << 20) + 4321


def s3_config(service: Service, **more: str) -> dict[str, str]:
    settings = {
        "type": "s3", "provider": "Other", "endpoint": service.endpoint, "region": "us-east-1",
        "access_key_id": service.options["access_key_id"], "secret_access_key": service.options["secret_access_key"],
        **more,
    }  # fmt: skip
    return {"config": "[bucket]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())}


def test_what_is_put_is_given_listed_and_deleted(s3: Service) -> None:
    place = open_place("any", "rclone:bucket:carried/by-rclone", s3_config(s3))
    data = os.urandom(PARCEL)
    assert [*place.list()] == []
    for name, held in (("9f64", data), ("empty", b"")):
        place.put(name, held)
        assert place.get(name) == held
    assert sorted(place.list()) == ["9f64", "empty"]
    place.delete("empty")
    with pytest.raises(NotThere):
        place.get("empty")
    own = open_place("s3", "s3://carried/by-rclone", s3.options)
    assert own.get("9f64") == data, "the layout is the same everywhere"


def test_a_wrong_login_is_refused_and_not_repeated(s3: Service) -> None:
    place = open_place("any", "rclone:bucket:carried/x", s3_config(s3, secret_access_key="SECRET-OF-NOBODY"))
    with pytest.raises(PlaceRefused) as refusal:
        place.put("a", b"x")
    assert "NOBODY" not in str(refusal.value) + repr(refusal.value.__context__) + repr(place)


def test_a_server_that_is_gone_is_unreachable() -> None:
    config = "[cloud]\ntype = webdav\nurl = http://127.0.0.1:9/\nvendor = other\n"
    with pytest.raises(PlaceUnreachable, match="does not reach it"):
        open_place("any", "rclone:cloud:x", {"config": config, "timeout": "30"}).put("a", b"x")


def test_its_configuration_stands_in_no_command_line_and_in_no_file(
    s3: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in its place writes down its arguments and its environment, and then is rclone."""
    spy = tmp_path / "bin" / "rclone"
    spy.parent.mkdir()
    spy.write_text(
        f"#!/bin/sh\necho \"$@\" >> '{tmp_path}/arguments'\nenv >> '{tmp_path}/environment'\n"
        f"exec '{find_rclone()}' \"$@\"\n"
    )
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("OUR_OWN", "environment")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    place = open_place("any", "rclone:bucket:carried/hidden-folder", s3_config(s3))
    place.put("a", b"x")
    place.get("a")
    [*place.list()]
    arguments = (tmp_path / "arguments").read_text()
    assert "place:a/a" in arguments
    for secret in (SECRET_KEY, s3.options["access_key_id"], s3.endpoint, "hidden-folder", "carried", "bucket"):
        assert secret not in arguments
    environment = (tmp_path / "environment").read_text()
    assert SECRET_KEY in environment
    assert "OUR_OWN" not in environment
    assert [*home.iterdir()] == []


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("rclone:drive", {"config": "[drive]\ntype = drive\n"}),
        ("rclone::x", {"config": "[drive]\ntype = drive\n"}),
        ("rclone:drive:../x", {"config": "[drive]\ntype = drive\n"}),
        ("rclone:dri-ve:x", {"config": "[dri-ve]\ntype = drive\n"}),
        ("rclone:drive:x", {}),
        ("rclone:drive:x", {"config": "SECRET"}),
        ("rclone:drive:x", {"config": "[other]\ntype = drive\ntoken = SECRET\n"}),
        ("rclone:drive:x", {"config": "[drive]\ntoken = SECRET\n"}),
        ("rclone:drive:x", {"config": "[drive]\ntype = drive\nSECRET KEY = x\n"}),
        ("rclone:drive:x", {"config": "[drive]\ntype = drive\n", "token": "SECRET"}),
        ("rclone:drive:x", {"config": "[drive]\ntype = drive\n", "timeout": "soon"}),
        ("rclone:x:x", {"config": "[x]\ntype = s3\nenv_auth = true\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = webdav\nbearer_token_command = SECRET\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = sftp\nssh = SECRET\n"}),
        ("rclone:place:x", {"config": "[place]\ntype = drive\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = alias\nremote = :webdav,url='https://h',vendor='SECRET':\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = alias\nremote = y,vendor='SECRET':p\n[y]\ntype = webdav\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = crypt\nremote = SECRET:\n"}),
        ("rclone:x:x", {"config": "[x]\ntype = crypt\nremote = /SECRET\n"}),
        ("rclone:x:x", {"config": '[x]\ntype = union\nupstreams = y:a ":webdav,vendor=SECRET:"\n[y]\ntype = drive\n'}),
        ("rclone:x:x", {"config": "[x]\ntype = combine\nupstreams = a=y:a b=:SECRET:\n[y]\ntype = drive\n"}),
    ],
)
def test_what_is_no_place_of_rclone_is_refused_without_repeating_it(url: str, options: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refusal:
        open_place("any", url, options)
    assert "SECRET" not in str(refusal.value)


def test_remotes_of_remotes_that_stand_in_the_configuration_are_taken() -> None:
    behind = "[y]\ntype = drive\n[z]\ntype = drive\n"
    for lines in (
        "type = crypt\nremote = y:some folder\n",
        "type = union\nupstreams = y:a z:b:ro\n",
        "type = combine\nupstreams = a=y:a b=z:\n",
    ):
        open_place("any", "rclone:x:p", {"config": f"[x]\n{lines}{behind}"})


def test_a_service_that_may_go_round_the_proxy_is_refused_while_there_is_one() -> None:
    use_proxy(Proxy("socks5", "127.0.0.1", 9))
    try:
        for kind in ("sftp", "ftp", "smb", "local", "mega"):
            assert kind not in OBEYS_PROXY
            with pytest.raises(PlaceRefused, match="Nothing was sent"):
                open_place("any", "rclone:x:y", {"config": f"[x]\ntype = {kind}\nhost = h.example\n"}).put("a", b"x")
        place = open_place("any", "rclone:c:y", {"config": "[c]\ntype = crypt\nremote = x:\n[x]\ntype = ftp\n"})
        with pytest.raises(PlaceRefused, match="'ftp'"):
            place.put("a", b"x")
    finally:
        use_proxy(None)
