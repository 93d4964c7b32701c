"""Add storage places, list them, test what they can do and how fast they are.

URL is a folder (/media/blue-stick), s3://bucket/prefix or webdav://host/path. Credentials are given as
--option NAME=FILE: the value is read from the file, so that it never stands in a command line. Without a URL it is
asked for, and the options too: on a laptop that may be seized, that leaves neither a file nor a line in the shell's
history. Parcels are spread over all places; any few of them may be lost.

A desk also needs a place of another kind, --copy: a second, independent disk on which everything received is
copied before a receipt is released.
"""

from argparse import Namespace
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_any
from tamizdat.cli.parser import Parser
from tamizdat.cli.private_input import ask_line, read_lines
from tamizdat.disk.files import refusals
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.places import set_up_place
from tamizdat.places.rights import probe

PLAIN = ("endpoint", "region", "username", "timeout")


def add(parser: Parser) -> None:
    """Declare what ``places`` takes."""
    new = parser.action("add", "add a storage place")
    new.add_argument("name", metavar="NAME", help="a short name")
    new.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="a folder, s3://bucket/prefix or webdav://host/path (else asked for)",
    )
    new.add_argument(
        "--settings-fd", metavar="N", type=int, help="read URL and NAME=VALUE, a line each, from file descriptor N"
    )
    new.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="endpoint, region, username as they are; secrets as NAME=FILE that holds them",
    )
    use = new.add_mutually_exclusive_group()
    use.add_argument("--copy", action="store_true", help="at a desk: a second store for what was received")
    use.add_argument("--backup", action="store_true", help="at a desk: where 'tamizdat backup' puts its sealed files")
    parser.action("list", "list the places")
    test = parser.action("test", "test what the places can do, and how fast")
    test.add_argument("name", metavar="NAME", nargs="?", help="only this one")
    gone = parser.action("remove", "forget a place; what it holds stays there")
    gone.add_argument("name", metavar="NAME", help="the place to forget")


def run(args: Namespace, out: Out) -> int:
    """Add, list, test or remove a place. Raises :class:`UsageError` for a second store of a field device."""
    home = open_any(args)
    if args.action == "add":
        if (args.copy or args.backup) and home.role != "desk":
            raise UsageError("A second store or a backup belongs to a desk; this is a field device.")
        url, options = read_settings(args)
        url = url if ":" in url else str(Path(url).resolve())
        if not args.dry_run:
            set_up_place(args.name, url, options)
            home.add_place(args.name, url, options, "copies" if args.copy else "backups" if args.backup else "places")
        out.say(f"{'Would add' if args.dry_run else 'Added'} the place “{args.name}”.")
        out.record({"added": args.name, "copy": args.copy})
        if not args.dry_run:
            _say_what_to_delete(args, home, out)
    elif args.action == "remove":
        if not args.dry_run:
            home.remove_place(args.name)
        out.say(f"{'Would forget' if args.dry_run else 'Forgot'} the place “{args.name}”. What it holds stays there.")
        out.record({"removed": args.name})
    elif args.action == "list":
        for use, label in (("places", "parcels"), ("copies", "second store"), ("backups", "backup")):
            for place in home.places(use):
                out.show(f"{place.name:<16} {label:<13} {place.url}")
                out.record({"place": place.name, "use": use, "url": place.url})
    else:
        return _test(args, out)
    return 0


def _test(args: Namespace, out: Out) -> int:
    home = open_any(args)
    for settings in home.places():
        if args.name in (None, settings.name):
            rights = probe(settings.open())
            out.say(str(rights))
            out.record({"place": settings.name, "report": str(rights)})
    return 0


def read_settings(args: Namespace) -> tuple[str, dict[str, str]]:
    """Return URL and options of a new place: from the command line, from a descriptor, or typed in.

    Raises UsageError.
    """
    if args.settings_fd is not None:
        if args.url or args.option:
            raise UsageError("Expected URL and options either in the command line or by --settings-fd, found both.")
        url, *lines = read_lines(args.settings_fd, "the URL of a place")
        return url, dict(_split(line) for line in lines)
    if args.url:
        return args.url, read_options(args.option)
    url = ask_line("URL (a folder, s3://bucket/prefix or webdav://host/path): ")
    if not url:
        raise UsageError("Expected the URL of the place, found an empty line.")
    options = read_options(args.option)
    while name := ask_line("Option (endpoint, region, username, password, access_key_id …; empty: no more): "):
        options[name] = ask_line(f"{name}: ", hidden=name not in PLAIN)
    return url, options


def _say_what_to_delete(args: Namespace, home: Home, out: Out) -> None:
    """Say what of the place still lies about on a field device, where a thief looks first."""
    files = [text.partition("=")[2] for text in args.option if text.partition("=")[0] not in PLAIN]
    if home.role == "field" and (files or args.url):
        out.say(
            f"Delete now: {', '.join([*files, 'this command in the history of the shell'])}. What is in them is kept "
            "in the settings, sealed. Without a URL 'tamizdat places add' asks for it and for all options."
        )


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError("Expected an option as NAME=VALUE, found no '='.")
    return name.strip(), value.strip()


def read_options(given: list[str]) -> dict[str, str]:
    """Return options by name: ``NAME=VALUE`` for what is no secret, ``NAME=FILE`` for what is. Raises UsageError."""
    options: dict[str, str] = {}
    for text in given:
        name, value = _split(text)
        if name not in PLAIN:
            with refusals("a file that holds a secret"):
                value = Path(value).read_text("utf-8").strip()
        options[name] = value
    return options
