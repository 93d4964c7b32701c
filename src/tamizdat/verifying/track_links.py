"""``item N tracks``: the subtitles of a clip are the words of its statement, cue by cue.

The statement has what is said, in each language, with times and speakers; the file beside it is made of that and of
nothing else, so it can be made again and compared::

    WEBVTT

    00:00:01.000 --> 00:00:03.000
    <v teacher>They are gone.

Who wrote it down, translated and reviewed it is the desk's word: these statements stay private.
"""

from collections.abc import Sequence

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.statements.derived import Footage
from tamizdat.statements.transcribed import Cue
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Verdict


def judge_tracks(evidence: Evidence, name: str, item: Footage | None) -> None:
    """Judge the link *name* ``tracks`` of a clip or sound in which somebody speaks."""
    if item is None or item.tracks is None:
        return
    with evidence.report.link(f"{name} tracks", name) as claim:
        digests = {each.name: each.sha256 for each in item.media}
        for track in item.tracks:
            expected, found = sha256_hex(webvtt(track.cues)), digests.get(track.name, "no such file")
            if track.name != f"track.{track.language}.vtt" or found != expected:
                raise BadStatement(
                    f"Expected the words in {track.language} in track.{track.language}.vtt, with the SHA-256"
                    f" {expected}, found {track.name}, with {found}."
                )
        languages = ", ".join(each.language for each in item.tracks)
        claim.say(
            f"The subtitles ({languages}) are the words of the statement, cue by cue. That they were reviewed by others"
            " than who wrote them is the desk's word.",
            Verdict.VOUCHED,
        )


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
