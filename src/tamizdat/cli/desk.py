"""The workbench, in a browser: translate, review, catalogue, publish.

'tamizdat desk' serves it on this computer only and prints its address; Ctrl-C ends it. Nobody can sign in before they
were invited. At a terminal the first start prints a link that makes you the first editor; you invite everybody else in
the browser. 'desk invite' prints more links that work once, for a role (translator, reviewer, editor) and languages.
'desk accounts' lists who may sign in, and shuts accounts out.

To let people in from elsewhere, put a server that speaks https (or an onion service) in front of it, and name the
address that people type with --address. --onion shows the lines for Tor, and a key for each person who may see it.
"""

from argparse import SUPPRESS, Namespace
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import ReopenedDesk, open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.errors import KeyMissing, ToolMissing, UsageError
from tamizdat.home import objects
from tamizdat.home.home import Home, needs_passphrase
from tamizdat.home.withheld import reason
from tamizdat.mirror.onion import WORKBENCH, client_key, torrc
from tamizdat.web import LOOPBACK
from tamizdat.witness.on_disks import require_current_on_disks
from tamizdat.workbench import NOT_INSTALLED
from tamizdat.workbench.auth.accounts import DAYS, Account, Accounts
from tamizdat.workbench.auth.permissions import ROLES
from tamizdat.workbench.served_address import SERVING, address_of_running, note_address

PORT = 8737
LONG = 5_000  #: statements that the search has yet to take in, for which somebody would wait


def add(parser: Parser) -> None:
    """Add the arguments of ``desk``."""
    parser.needs_action = False
    parser.set_defaults(port=PORT, address=None)
    _where(parser)
    parser.add_argument(
        "--onion", metavar="NAME", nargs="+", help="show the lines that make it an onion service for these people alone"
    )
    invite = parser.action("invite", "print an invitation: a link that works once")
    _where(invite)
    invite.add_argument(
        "--role", metavar="ROLE", action="append", choices=ROLES, help=f"{', '.join(ROLES)}; repeatable"
    )
    invite.add_argument("--language", metavar="TAG", action="append", default=[], help="en, zh-Hans, bo …; repeatable")
    invite.add_argument("--days", metavar="N", type=int, default=DAYS, help=f"for how long (default: {DAYS})")
    accounts = parser.action("accounts", "list the accounts; shut some out, or let them in again")
    accounts.add_argument("--disable", metavar="NAME", action="append", default=[], help="shut this account out, now")
    accounts.add_argument("--enable", metavar="NAME", action="append", default=[], help="let it sign in again")


def _where(parser: Parser) -> None:
    """Add the options that mean the same before and after a second word; their defaults are set once."""
    port = f"where it is served (default: {PORT})"
    parser.add_argument("--port", metavar="N", type=int, default=SUPPRESS, help=port)
    address = "what people type, if a server stands in front of it"
    parser.add_argument("--address", metavar="URL", default=SUPPRESS, help=address)


def run(args: Namespace, out: Out) -> int:
    """Serve, invite, or list accounts."""
    address = _address(args)
    if args.onion:
        return _say_onion(args, out)
    if args.action is None:
        return _serve(args, address, out)
    home = open_home(args, "desk")
    if args.action == "invite":
        return _invite(args, home, address, out)
    return _accounts(args, Accounts.open(home), out)


def _say_onion(args: Namespace, out: Out) -> int:
    """Show the settings of an onion service that only people with a key can see; nothing is kept here."""
    keys = [client_key(name) for name in args.onion]
    lines = torrc(WORKBENCH, args.port)
    out.say("Add these lines to /etc/tor/torrc and restart Tor:")
    out.show(f"\n{lines}")
    for each in keys:
        out.say(
            f"For {each.name}: this line into authorized_clients/{each.name}.auth in that folder, then restart Tor,"
        )
        out.show(f"\n  {each.public}\n")
        out.say("and this key to the person, over a second channel; Tor Browser asks for it. It is shown once:")
        out.show(f"\n  {each.secret}\n")
    out.say(
        "Without at least one such file anybody who knows the address reaches the workbench. The address is in the "
        "file 'hostname' there: 'tamizdat desk --address http://….onion'. Keep it apart from the site's service."
    )
    told: list[Json] = [{"name": each.name, "authorized": each.public, "secret": each.secret} for each in keys]
    out.record({"torrc": lines, "clients": told})
    return 0


def _address(args: Namespace) -> str:
    """Return where people reach the workbench: scheme, name and port."""
    if not 0 <= args.port <= 65_535:
        raise UsageError(f"Expected a port from 1 to 65535, or 0 for any that is free; found {args.port}.")
    if not args.address:
        return f"http://127.0.0.1:{args.port}"
    try:
        parts = urlsplit(args.address)
        is_port = parts.port != 0  # reads it
    except ValueError:
        parts, is_port = urlsplit(""), False
    if (
        not is_port
        or parts.scheme not in ("http", "https")
        or not parts.netloc
        or "@" in parts.netloc
        or parts.path.strip("/")
    ):
        found = args.address.rpartition("@")[2]  # without a password, should one stand there
        raise UsageError(
            f"Expected an address like https://desk.example.org, without a user and a path; found {found!r}."
        )
    host = parts.hostname or ""
    if parts.scheme == "http" and not ({host, f"[{host}]"} & set(LOOPBACK) or host.endswith(".onion")):
        raise UsageError(
            f"Expected https for {host}: over http, passphrases travel in the clear. Only this computer and an onion "
            "service do without."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _invite(args: Namespace, home: Home, address: str, out: Out) -> int:
    if not args.address and args.port == PORT:
        address = address_of_running(home) or address
    if not args.role:
        raise UsageError(f"Expected --role: one or more of {', '.join(ROLES)}; found none.")
    code = Accounts.open(home).invite(args.role, args.language, datetime.now(UTC).date(), args.days)
    link = f"{address}/join#code={code}"
    out.say("Hand this over by a way that nobody else reads. It works once, for whoever uses it first:")
    out.show(f"\n  {link}\n")
    out.say(f"It is good for {counted(args.days, 'day')}, while 'tamizdat desk' runs.")
    roles: list[Json] = list(args.role)
    languages: list[Json] = list(args.language)
    out.record({"invitation": link, "roles": roles, "languages": languages, "days": args.days})
    return 0


def _say_first_invitation(accounts: Accounts, address: str, out: Out) -> None:
    """Invite the first editor; not into a log, where the link would stay."""
    if not out.for_person:
        out.say("Nobody has an account yet: 'tamizdat desk invite --role editor', in another terminal, invites.")
        return
    code = accounts.invite(["editor"], [], datetime.now(UTC).date(), 1)
    out.say("Nobody has an account yet. This link makes you the first editor; it works once, today:")
    out.show(f"\n  {address}/join#code={code}\n")


def _accounts(args: Namespace, accounts: Accounts, out: Out) -> int:
    for names, disabled in ((args.disable, True), (args.enable, False)):
        for name in names:
            accounts.set_disabled(_known(accounts, name).id, disabled)
    found = accounts.all()
    for account in found:
        state = "shut out" if account.disabled else ", ".join(account.roles)
        out.show(f"{account.name:<24}  {state:<30}  {' '.join(account.languages) or 'all languages'}")
        languages: list[Json] = list(account.languages)
        roles: list[Json] = list(account.roles)
        told: dict[str, Json] = {"account": account.name, "roles": roles, "languages": languages}
        out.record({**told, "since": account.since, "disabled": account.disabled})
    if not found:
        out.say("There are no accounts yet. 'tamizdat desk invite --role editor' makes an invitation.")
    return 0


def _known(accounts: Accounts, name: str) -> Account:
    found = next((each for each in accounts.all() if each.name == name), None)
    if found is None:
        raise UsageError(
            f"Expected an account's name, found {name!r}, which none has. 'tamizdat desk accounts' lists all."
        )
    return found


def _serve(args: Namespace, address: str, out: Out) -> int:
    desk = ReopenedDesk.open(args)
    home = desk.opened()
    try:
        from tamizdat.workbench.server import serve
        from tamizdat.workbench.workbench import Workbench
    except ImportError:
        raise ToolMissing(NOT_INSTALLED) from None
    if why := reason(home.settings):  # people would work all day on what nobody signs
        raise KeyMissing(why)

    if not needs_passphrase(home.folder):
        out.warn("This desk has no passphrase: whoever has its disk reads its accounts, drafts and private notes.")

    def ready(port: int) -> None:
        here = f"http://127.0.0.1:{port}"
        bench.address = address if args.address else here
        note_address(bench.sealed, bench.address)
        out.say(f"The workbench of {bench.name} is at {bench.address}" + (f" (here: {here})" if args.address else ""))
        if not bench.accounts.all():
            _say_first_invitation(bench.accounts, bench.address, out)
        out.say("Ctrl-C ends it.")
        out.record({"serving": bench.address, "port": port})

    with objects.open_archive(home) as archive, home.alone(SERVING):
        require_current_on_disks(home, archive)
        if archive.search.behind() > LONG:
            out.warn("The search is made ready first; next time that is quick.")
            archive.search.catch_up()
        bench = Workbench.open(home, archive, address)
        bench.reopened = desk.opened
        try:
            with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
                serve(bench, "127.0.0.1", args.port, ready)
        finally:
            bench.close()
    return 0
