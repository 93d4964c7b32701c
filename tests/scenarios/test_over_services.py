"""The way out over what people really have: a bucket, a WebDAV cloud and a stick, each a real server or disk."""

from pathlib import Path

import pytest

from places.servers import serve_s3, serve_webdav
from support.field_and_desk import World
from tamizdat.places import open_place, set_up_place


def test_a_card_goes_over_a_bucket_a_cloud_and_a_stick_and_any_one_of_them_may_be_lost(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    served = tmp_path_factory.mktemp("served")
    (served / "s3").mkdir()
    (served / "dav").mkdir()
    with serve_s3(served / "s3") as bucket, serve_webdav(served / "dav") as cloud:
        places = [
            open_place("bucket", f"{bucket.url}/in", bucket.options),
            open_place("cloud", f"{cloud.url}/in", cloud.options),
            set_up_place("stick", str(tmp_path / "stick"), {}),
        ]
        with World(tmp_path, places) as world:
            world.write("DCIM/clip.bin", bytes(range(256)) * 50_000)
            world.write("采访.txt", "སྐད་ཆ།".encode())
            card = world.on_card()
            sealed = world.seal()
            assert sealed.survives == 1
            assert all(each.failure is None and not each.waiting for each in world.send())

            cloud.process.kill()  # the cloud is gone before the desk has seen anything
            cloud.process.wait()
            arrival = world.receive()

            assert list(arrival.fetched.failures) == ["cloud"]
            assert world.archived() == card
            assert world.wipe(world.receipt()).deleted == len(card)
            assert world.on_card() == {}
