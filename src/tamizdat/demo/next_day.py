"""The next day: what waits for each of the demonstration's people, for whoever tries the desk.

::

    translator   posts that are new, and a translation that was returned with a wording
    reviewer     a translation that was proposed
    editor       one that is reviewed; a post that was deleted since it was released; new posts to release
    field        a second card, with the places there again

The site stands as it was published: none of this is on it before an editor publishes once more.
"""

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tamizdat.demo.sample_feed import picture, write_third
from tamizdat.demo.two_people import Person, workbench
from tamizdat.demo.voice import Command, Out
from tamizdat.places.place import MARKER

CARD: Final = "card-2"
WHO: Final = "who-is-who.txt"
#: by the number of a post; what is not here waits for a translator, in every language
PROPOSED: Final = {
    9021: ("Qingming.", "The car park on the playground was closed for a day; two guards stood at its gate."),
    9022: ("We read the list aloud across the road.", "At the fortieth name it began to rain."),
    9023: ("No one walked.",),
}
GLOSSARY: Final = """number,language,variants,kind,note,retired,into:en,into:ar,into:bo
,zh,名单,term,The list of those who died; never a mere count.,no,list,القائمة,མིང་ཐོ
,zh,云溪镇 | 云溪,place,An invented town.,no,Yunxi,يونشي,
,zh,清明,term,The day on which graves are swept.,no,Qingming,تشينغمينغ,
"""


def leave_work(tamizdat: Command, folder: Path, passphrase: str, lost: Mapping[str, bytes], out: Out) -> None:
    """Collect what is new of the voice, and do a part of the work on it; put a second card beside the first."""
    write_third(folder / "april")
    shutil.make_archive(str(folder / "linxia-april"), "zip", folder / "april")
    shutil.rmtree(folder / "april")
    tamizdat("collect", "linxia-april.zip", "--home", "desk")
    (folder / "glossary.csv").write_text(GLOSSARY, encoding="utf-8")
    tamizdat("translate", "glossary", "import", "glossary.csv", "--home", "desk")
    listed = tamizdat("publish", "list", "--json", "--home", "desk", quiet=True)
    rows = [json.loads(line) for line in listed.splitlines()]
    items = {str(row.get("post", "")).rpartition("/")[2]: row["item"] for row in rows if "item" in row}
    proposed, reviewed, returned = (items[str(post)] for post in PROPOSED)
    argv = [sys.executable, "-P", "-m", "tamizdat.cli.main", "desk", "--port", "0", "--home", "desk"]
    with workbench(argv, str(folder)) as address:
        magpie, linden = Person(address), Person(address)
        magpie.sign_in("magpie", passphrase)
        linden.sign_in("linden", passphrase)
        for number, words in zip((proposed, reviewed, returned), PROPOSED.values(), strict=True):
            magpie.propose(number, "en", words)
        linden.judge(reviewed, "en", "reviewed")
        linden.judge(
            returned, "en", "returned", **{"wording-0": "Nobody left.", "comment-0": "走 is here: to go away."}
        )
    out.say(
        "\nmagpie proposed three of the new posts in English; linden reviewed one and returned another with a wording. "
        "The others wait, in every language. The site is as it was: new posts are not released."
    )
    _second_card(folder, lost)


def _second_card(folder: Path, lost: Mapping[str, bytes]) -> None:
    """Write what a telephone took since, and put up again the places that were *lost*, by their markers."""
    below = folder / CARD / "DCIM" / "100PHONE"
    below.mkdir(parents=True)
    for name in ("playground", "desk"):
        (below / f"{name}.jpg").write_bytes(picture(name))
    (folder / CARD / "notes.txt").write_text("清明。\n", encoding="utf-8")
    for name, marker in lost.items():
        (folder / "places" / name).mkdir(exist_ok=True)
        (folder / "places" / name / MARKER).write_bytes(marker)


def tell(folder: Path, passphrase: str, port: str, out: Out) -> None:
    """Say who may sign in where, and what waits for them; the same stands in a file of the folder."""
    command = sys.argv[0] if Path(sys.argv[0]).name == "tamizdat" else "tamizdat"
    below = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    desk = (
        "The workbench, in a browser. Sign in as magpie, who translates: posts wait, and one was returned with a "
        "wording. Or as linden, who reviews and edits: a translation to review, one to approve, a post that was "
        "deleted since it was released, new posts to release. What magpie proposes waits for "
        "linden; what linden does, for a second reviewer, whom linden may invite under Accounts. It speaks the "
        "language your browser asks for, if it is one of its ten; another is chosen at the sign-in, or under the "
        "account's name."
    )
    field = (
        "The laptop in the field. No card is plugged in: type the path of a folder instead, the one below; seal and "
        "send it. On the workbench it is taken in by Look now, under Deliveries.\n\n"
        f"  {folder.resolve() / CARD}"
    )
    news = (
        "The other newsroom. An edition asks it to sign; while it does not run, an edition goes out all the same and "
        "says that it is not witnessed yet."
    )
    told = [(f"desk --home {below}/desk", desk), (f"field --home {below}/field", field)]
    if port:
        told.append((f"mirror --witness --port {port} --home {below}/news", news))
    out.say("\nThe passphrase of everybody in this demonstration:")
    out.show(f"\n  {passphrase}")
    for words, prose in told:
        out.show(f"\n$ {command} {words}\n")
        out.say(prose)
    lines = [
        f"The passphrase of everybody: {passphrase}",
        *(f"$ {command} {words}\n{_wrapped(prose)}" for words, prose in told),
    ]
    (folder / WHO).write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    out.say(f"\nThe same stands in {below / WHO}.")


def _wrapped(prose: str) -> str:
    return "\n\n".join(part if part.startswith(" ") else textwrap.fill(part, 80) for part in prose.split("\n\n"))
