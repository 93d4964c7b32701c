"""What a person may write as a place, and what is refused before anything is sent."""

import pytest

from tamizdat.errors import UsageError
from tamizdat.places import open_place
from tamizdat.places.service import parse_service

LOGIN = {"access_key_id": "ID-OF-NOBODY", "secret_access_key": "SECRET-OF-NOBODY"}
WEB = {"username": "NAME-OF-NOBODY", "password": "SECRET-OF-NOBODY"}
AT = {"endpoint": "https://s3.example"}


@pytest.mark.parametrize(
    ("url", "options", "endpoint", "root"),
    [
        ("s3://bucket", {**LOGIN, **AT}, "https://s3.example", "/"),
        ("s3://bucket/a/b/", {**LOGIN, "endpoint": "https://s3.example:90/"}, "https://s3.example:90", "/a/b/"),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://127.0.0.1:9000"}, "http://127.0.0.1:9000", "/x/"),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://[::1]:9000"}, "http://[::1]:9000", "/x/"),
        ("s3://bucket/x", {**LOGIN, "region": "eu-west-1"}, None, "/x/"),
        ("webdav://cloud.example/remote.php/dav", WEB, "https://cloud.example", "/remote.php/dav/"),
        ("webdav://cloud.example:8443/a%20b", {}, "https://cloud.example:8443", "/a b/"),
        ("webdav+http://localhost:8080/x", WEB, "http://localhost:8080", "/x/"),
    ],
)  # fmt: skip
def test_good_urls(url: str, options: dict[str, str], endpoint: str | None, root: str) -> None:
    service = parse_service("cloud", url, options)
    assert (service.settings.get("endpoint"), service.settings["root"]) == (endpoint, root)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("s3://bucket/x", AT),
        ("s3://bucket/x", {"access_key_id": "a", **AT}),
        ("s3://bucket/x", LOGIN),  # neither endpoint nor region: the login would go to Amazon
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://s3.example"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://127.0.0.1.evil.example"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://localhost.evil.example"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://0.0.0.0:9000"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "http://127.0.0.1@evil.example"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "ftp://127.0.0.1"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "s3.example"}),
        ("s3://bucket/x", {**LOGIN, "endpoint": "https://s3.example/path"}),
        ("s3://bucket/x", {**LOGIN, **AT, "role_arn": "x"}),
        ("s3://bucket/x", {**LOGIN, **AT, "skip_signature": "true"}),
        ("s3://bucket/x", {**LOGIN, **AT, "timeout": "0"}),
        ("s3://bucket/x", {**LOGIN, **AT, "timeout": "-1"}),
        ("s3://bucket/x", {**LOGIN, **AT, "timeout": "soon"}),
        ("s3://bucket/x", {**LOGIN, **AT, "timeout": "99999"}),
        ("s3://bucket/../x", {**LOGIN, **AT}),
        ("s3://bucket/%2e%2e/x", {**LOGIN, **AT}),
        ("s3://bucket/a%00b", {**LOGIN, **AT}),
        ("s3://BUCKET/x", {**LOGIN, **AT}),
        ("s3://b/x", {**LOGIN, **AT}),
        ("s3:///x", {**LOGIN, **AT}),
        ("s3://ID-OF-NOBODY:SECRET-OF-NOBODY@bucket/x", AT),
        ("webdav://NAME-OF-NOBODY:SECRET-OF-NOBODY@cloud.example/x", {}),
        ("webdav://cloud.example/x?token=SECRET-OF-NOBODY", {}),
        ("webdav://cloud.example/x#SECRET-OF-NOBODY", {}),
        ("webdav://cloud.example/x", {"username": "NAME-OF-NOBODY"}),
        ("webdav://cloud.example/x", {**WEB, **AT}),
        ("webdav://cloud.example:port/x", WEB),
        ("webdav://[::1/x", WEB),
        ("webdav+http://cloud.example/x", WEB),
        ("http://cloud.example/x", WEB),
        ("https://cloud.example/x", WEB),
        ("ftp://cloud.example/x", WEB),
        ("webdav://cloud.example/x\ny", WEB),
        ("webdav://cloud.example\t/x", WEB),
        ("memory:", WEB),
        ("/folder", WEB),
    ],
)  # fmt: skip
def test_bad_urls_are_refused_without_repeating_a_secret(url: str, options: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refusal:
        open_place("cloud", url, options)
    assert "NOBODY" not in str(refusal.value)
    assert "“cloud”" in str(refusal.value)


def test_a_login_is_never_shown() -> None:
    for url, options in (("s3://bucket/x", {**LOGIN, **AT}), ("webdav://cloud.example/x", WEB)):
        assert "NOBODY" not in repr(parse_service("cloud", url, options))
        place = open_place("cloud", url, options)
        assert "NOBODY" not in repr(place) + str(vars(place))


def test_logins_of_the_environment_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    with pytest.raises(UsageError, match="access_key_id"):
        open_place("cloud", "s3://bucket/x", AT)
