"""FCPXML (``marked.fcpxml``), for Final Cut Pro and DaVinci Resolve: a project of each rate, its words as markers.

::

    <asset id="r2" name="item-0041.mov" start="0s" duration="15000/25s"><media-rep src="item-0041.mov"/></asset>
    <sequence format="r1" tcStart="90000/25s"><spine>
      <asset-clip ref="r2" offset="90000/25s" duration="15000/25s">
        <marker start="30/25s" duration="45/25s" value="老师: 他们都不在了。" note="en: They are all gone."/>

Times are whole frames as fractions of a second. Version 1.10 of the format is read by every Final Cut Pro since 10.6.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.cutting_room.edl import begins, by_rate
from tamizdat.cutting_room.markers import markers_of
from tamizdat.cutting_room.shots import Shot
from tamizdat.footage.probe import CLIP
from tamizdat.footage.timecode import Rate
from tamizdat.translation.packet_xml import DECLARATION, Tree, written

NAME: Final = "marked.fcpxml"
USUAL_SIZE: Final = (960, 540)  #: of a sequence of sounds alone


def fcpxml(shots: Sequence[Shot]) -> bytes:
    """Return all shots as one file."""
    resources, projects = list[Tree](), list[Tree]()
    for number, (rate, some) in enumerate(by_rate(shots), 1):
        form = f"r{number}"
        wide, high = next((each.size for each in some if each.kind == CLIP), USUAL_SIZE)
        about = {"id": form, "frameDuration": _time(rate, 1), "width": str(wide), "height": str(high)}
        resources.append(("format", about, ()))
        named = {f"{form}-{place}": shot for place, shot in enumerate(some, 1)}
        resources += [_asset(name, shot, form) for name, shot in named.items()]
        projects.append(_project(named, rate, form))
    inside: list[Tree] = [("resources", {}, resources), ("event", {"name": "TAMIZDAT"}, projects)]
    head, _, rest = DECLARATION.partition("\n")
    return f"{head}\n<!DOCTYPE fcpxml>\n{rest}{''.join(written(('fcpxml', {'version': '1.10'}, inside)))}".encode()


def _asset(name: str, shot: Shot, form: str) -> Tree:
    about = {"id": name, "name": shot.file, "start": "0s", "duration": _time(shot.rate, shot.length)}
    about |= {"hasVideo": "1", "format": form} if shot.kind == CLIP else {}
    about |= {"hasAudio": "1", "audioSources": "1"} if shot.sound or shot.kind != CLIP else {}
    return "asset", about, [("media-rep", {"kind": "original-media", "src": shot.file}, ())]


def _project(named: dict[str, Shot], rate: Rate, form: str) -> Tree:
    code = "DF" if rate.drop else "NDF"
    clips, at = list[Tree](), begins(rate)
    for name, shot in named.items():
        about = {"ref": name, "name": shot.file, "offset": _time(rate, at), "start": "0s", "tcFormat": code}
        clips.append(("asset-clip", {**about, "duration": _time(rate, shot.length)}, _markers(shot)))
        at += shot.length
    about = {"format": form, "duration": _time(rate, at - begins(rate)), "tcStart": _time(rate, begins(rate))}
    return (
        "project",
        {"name": f"TAMIZDAT {rate.name.upper()}"},
        [("sequence", {**about, "tcFormat": code}, [("spine", {}, clips)])],
    )


def _markers(shot: Shot) -> list[Tree]:
    found: list[Tree] = []
    for each in markers_of(shot):
        about = {"start": _time(shot.rate, each.first), "duration": _time(shot.rate, each.behind - each.first)}
        about |= {"value": each.words, **({"note": each.others} if each.others else {})}
        found.append(("marker", about, ()))
    return found


def _time(rate: Rate, frame: int) -> str:
    return f"{frame * rate.below}/{rate.above}s"
