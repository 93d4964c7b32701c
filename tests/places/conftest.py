"""Every kind of place, each test with an empty one: memory, a folder, and real S3 and WebDAV servers on loopback."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from places.servers import Service, serve_s3, serve_sftp, serve_webdav
from support.faulty_place import Faults, FaultyPlace
from tamizdat.places import Place, open_place, set_up_place
from tamizdat.places.memory import MemoryPlace

KINDS = ("memory", "folder", "s3", "webdav", "sftp", "faultless")


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve_s3(tmp_path_factory.mktemp("s3")) as service:
        yield service


@pytest.fixture(scope="session")
def webdav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve_webdav(tmp_path_factory.mktemp("webdav")) as service:
        yield service


@pytest.fixture(scope="session")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve_sftp(tmp_path_factory.mktemp("sftp")) as service:
        yield service


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place of each kind; "faultless" is the faulty place without faults, which must be a place too."""
    makers: dict[str, Callable[[], Place]] = {
        "memory": lambda: open_place("memory", "memory:", {}),
        "folder": lambda: set_up_place("folder", str(tmp_path / "stick"), {}),
        "faultless": lambda: FaultyPlace(MemoryPlace("faultless"), Faults()),
    }
    return makers[request.param]() if request.param in makers else _remote(request.getfixturevalue(request.param))


def _remote(service: Service) -> Place:
    return open_place("service", f"{service.url}/{secrets.token_hex(4)}", service.options)
