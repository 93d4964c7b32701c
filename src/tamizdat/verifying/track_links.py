"""``item N tracks``: the subtitles of a clip are the words of its statement, cue by cue.

The statement has what is said, in each language, with times and speakers; the file beside it is made of that and of
nothing else, so it can be made again and compared; ``track.en.vtt``, of the third file of a post ``track-3.en.vtt``::

    WEBVTT

    00:00:01.000 --> 00:00:03.000
    <v teacher>They are gone.

Who wrote it down, translated and reviewed it is the desk's word: these statements stay private.
"""

from collections.abc import Iterator, Sequence

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.statements.derived import Footage, Item, Post
from tamizdat.statements.transcribed import Cue, Track
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Verdict


def judge_tracks(evidence: Evidence, name: str, item: Item | None) -> None:
    """Judge the link *name* ``tracks`` of a clip or sound in which somebody speaks, or of a post with such."""
    if item is None or not (tracks := list(_tracks(item))):
        return
    with evidence.report.link(f"{name} tracks", name) as claim:
        digests = {each.name: each.sha256 for each in item.media}
        evidence.named_rightly(named for _, track in tracks for named in track.references())
        for stem, track in tracks:
            its, found = f"{stem}.{track.language}.vtt", digests.get(track.name, "no such file")
            expected = sha256_hex(webvtt(track.cues))
            if (track.name, found) != (its, expected):
                raise BadStatement(
                    f"Expected the words in {track.language} in {its}, with the SHA-256"
                    f" {expected}, found {track.name}, with {found}."
                )
        languages = ", ".join(track.language for _, track in tracks)
        claim.say(
            f"The subtitles ({languages}) are the words of the statement, cue by cue. That they were reviewed by others"
            " than who wrote them is the desk's word.",
            Verdict.VOUCHED,
        )


def _tracks(item: Item) -> Iterator[tuple[str, Track]]:
    """Yield the tracks of an item, each with what its file's name begins with."""
    if isinstance(item, Footage):
        yield from (("track", each) for each in item.tracks or ())
    elif isinstance(item, Post):
        for picture in item.pictures:
            place = picture.names[0].partition(".")[0].rpartition("-")[2]
            yield from ((f"track-{place}", each) for each in picture.tracks or ())


def webvtt(cues: Sequence[Cue]) -> bytes:
    """Return the file of subtitles that holds these cues."""
    lines = ["WEBVTT\n"]
    for each in cues:
        voice = f"<v {_escaped(each.speaker)}>" if each.speaker else ""
        lines.append(f"{_clock(each.start)} --> {_clock(each.end)}\n{voice}{_escaped(each.text)}\n")
    return "\n".join(lines).encode()


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
