"""Destroy the keys and names of this field device, at once and for ever.

Nothing is asked. What is sealed and not yet sent is lost; what reached the storage places stays there, and only the
desk can read it. A panic that is cut off is finished at the next start of any verb. Flash memory may keep old blocks
of the file of keys: they are worthless without the passphrase, and the passphrase is not on this computer.
"""

from argparse import Namespace

from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser
from tamizdat.field.browser import clear_away
from tamizdat.home.home import role_of
from tamizdat.home.panic import panic


def add(parser: Parser) -> None:
    """Declare what ``panic`` takes: nothing of its own."""


def run(args: Namespace, out: Out) -> int:
    """Destroy, then say what that does and does not mean."""
    if args.dry_run and role_of(args.home) == "field":
        out.say("Would destroy the keys, the names and everything else in this field device's folder. Nothing was.")
        out.record({"destroyed": False})
        return 0
    panic(args.home)
    clear_away()
    out.say(
        "The keys and names of this device are destroyed. Cards and sticks are as they were: what is on them is not "
        "sealed. Flash memory may keep old blocks of the file of keys; without the passphrase they are worthless."
    )
    out.record({"destroyed": True})
    return 0
