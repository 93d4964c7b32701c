"""Where bubblewrap does not work, an edition is made of all that needs no decoder, and says what was left out."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.media_samples import scene
from support.published_desk import TODAY, House
from tamizdat.footage.decode.box import BOXES
from tamizdat.verifying import verify

MEDIA = {"media": [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]}


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A picture of a card, a post with a picture, and one without."""
    house, held = House(tmp_path), io.BytesIO()
    scene().save(held, "JPEG")
    house.picture()
    picture = {"tweets_media/1-a.jpg": held.getvalue()}
    house.take(
        tweet(1, "Words with a picture", entities=MEDIA, extended_entities=MEDIA), tweet(2, "Words"), files=picture
    )
    house.release(1, 2)
    return house


def shut(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A program of this name that ends as bwrap does where user namespaces are switched off."""
    fake = folder / "bin/bwrap"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    BOXES.close()


def test_words_are_published_and_pictures_are_left_out_with_the_reason(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shut(monkeypatch, tmp_path)
    done = house.publish()
    assert done.items == 2
    [(_, skipped)], [(_, partial)] = done.skipped, done.partial
    assert "No permissions to create new namespace" in skipped
    assert "No permissions to create new namespace" in partial
    assert not list(house.site.glob("items/*/*.jpg"))
    assert verify(house.site).holds


@pytest.mark.needs_box
def test_pictures_that_were_published_stay_and_others_come_when_there_is_a_box_again(
    house: House, tmp_path: Path
) -> None:
    house.publish()
    before = {path.name for path in house.site.glob("items/*/*.jpg")}
    assert before
    house.picture("DCIM/another.jpg")
    with pytest.MonkeyPatch.context() as monkeypatch:
        shut(monkeypatch, tmp_path)
        done = house.publish(TODAY + timedelta(days=1))
        assert (done.added, done.removed, len(done.skipped)) == ((), (), 1)
    assert len(house.publish(TODAY + timedelta(days=1)).added) == 1
