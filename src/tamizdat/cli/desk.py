"""(being built)"""

from argparse import Namespace

from tamizdat.cli.output import Out
from tamizdat.cli.parser import Parser


def add(parser: Parser) -> None:
    """What ``desk`` takes."""


def run(args: Namespace, out: Out) -> int:
    """Being built."""
    return 0
