"""Add storage places, list them, test what they can do and how fast; set the proxy they are reached through.

URL is a folder (/media/blue-stick), s3://bucket/prefix, webdav://host/path, sftp://host/path or rclone:remote:path
(with --option config=FILE, what 'rclone config show remote' prints). Credentials are given as --option NAME=FILE: the
value is read from the file, so that it never stands in a command line. Without a URL it is asked for, and the options
too: on a laptop that may be seized, that leaves neither a file nor a line in the shell's history. Parcels are spread
over all places; any few of them may be lost.

A server of SFTP is known by its key: the one it shows is shown, to be compared with what its owner says, or it is
given as --option host_key="ssh-ed25519 SHA256:…". A server of S3 or WebDAV is known by a certificate that this system
trusts; to that of an owner who signs his own add his authority (Debian: /usr/local/share/ca-certificates).

With a proxy (socks5h://127.0.0.1:9050, Tor's for instance, or http://…) everything goes through it, names are looked up
there, and when it does not answer nothing leaves in another way.

A desk also needs a place of another kind, --copy: a second, independent disk on which everything received is
copied before a receipt is released. If its disk is too small for its objects, --objects keeps them on a place, sealed
('tamizdat objects').
"""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.backup.back_up import require_apart
from tamizdat.carrying.line_speed import DISKS, try_size
from tamizdat.carrying.spool import waiting_by_place
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_any, open_archive
from tamizdat.cli.parser import Parser
from tamizdat.cli.place_settings import PLAIN, read_settings
from tamizdat.cli.private_input import ask_line
from tamizdat.cli.terminal_text import counted, of_place
from tamizdat.encoding import Json
from tamizdat.errors import PlaceError, TamizdatError, UsageError
from tamizdat.home.backups import leave
from tamizdat.home.home import USES, Home, PlaceSettings
from tamizdat.home.new_folder import missing_folder, refuse_on_own_disk
from tamizdat.home.objects import CACHE, keep_on
from tamizdat.home.site_folder import require_nothing_private, require_unserved
from tamizdat.network.connect import answers
from tamizdat.network.proxy import Proxy
from tamizdat.places import Place, open_place, set_up_place, shown_host_key
from tamizdat.places.disks import folder_of, on_one_disk, physical_disks, where_is
from tamizdat.places.rights import LESS_HARM, probe, takes, twin
from tamizdat.places.site_files import open_site_files
from tamizdat.text.quantities import amount, parse_amount

QUICK = "5"  #: seconds


def add(parser: Parser) -> None:
    """Declare what ``places`` takes."""
    new = parser.action("add", "add a storage place")
    new.add_argument("name", metavar="NAME", help="a short name")
    new.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="a folder, s3://bucket/prefix, webdav://host/path or sftp://host/path (else asked for)",
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
    new.add_argument(
        "--cache",
        metavar="BYTES",
        help=f"of --objects: how many bytes of them stay on this disk besides (default {amount(CACHE)})",
    )
    use = new.add_mutually_exclusive_group()
    use.add_argument("--copy", action="store_true", help="at a desk: a second store for what was received")
    use.add_argument(
        "--objects", action="store_true", help="at a desk: where its objects are kept, sealed, instead of on its disk"
    )
    use.add_argument(
        "--site", action="store_true", help="at a desk: where its site is served from ('publish --to NAME')"
    )
    use.add_argument("--backup", action="store_true", help="at a desk: where 'tamizdat backup' puts its sealed files")
    parser.action("list", "list the places")
    test = parser.action("test", "test what the places can do, and how fast")
    test.add_argument("name", metavar="NAME", nargs="?", help="only this one")
    proxy = parser.action("proxy", "reach everything through a proxy")
    proxy.add_argument(
        "proxy",
        metavar="PROXY",
        nargs="?",
        help="socks5h://127.0.0.1:9050, http://192.0.2.7:3128 or none (else asked for)",
    )
    gone = parser.action("remove", "forget a place; what it holds stays there")
    gone.add_argument("name", metavar="NAME", help="the place to forget")


def run(args: Namespace, out: Out) -> int:
    """Add, list, test or remove a place, or set the proxy. Raises :class:`UsageError` for a field device's --copy."""
    home = open_any(args)
    if args.action == "add":
        return _add(args, home, out)
    if args.action == "test":
        return _test(args, home, out)
    if args.action == "remove":
        _remove(args, home, out)
    elif args.action == "proxy":
        _set_proxy(args, home, out)
    else:
        _list(home, out)
    return 0


def _add(args: Namespace, home: Home, out: Out) -> int:
    _require_sensible(args, home)
    cache = parse_amount(args.cache) if args.cache else CACHE
    url, options = read_settings(args)
    url = url if ":" in url else str(Path(url).resolve())
    home.refuse_second_name(url, options)
    (require_nothing_private if args.site else require_unserved)(home, url)
    if args.backup:
        require_apart(home, url)
    if args.objects:
        _require_outside(home, url)
    missing = missing_folder(url)
    if missing and args.copy:
        refuse_on_own_disk(missing, home)
    with out.progress(None, f"asking “{args.name}”"):
        settings = None if args.dry_run else _set_up(args, home, url, options, cache, out)
    out.say(f"{'Would add' if args.dry_run else 'Added'} the place “{args.name}”.")
    out.record({"added": args.name, "copy": args.copy, "objects": args.objects})
    if args.objects and not args.dry_run:
        out.say(
            "What comes to this desk from now on is kept there, sealed; 'tamizdat objects move' moves what is here "
            "already. Back up now: the backup holds the only other copy of the key."
        )
    made = f"{missing} was not there, and {'would be' if args.dry_run else 'was'} made. " if missing else ""
    if not _say_same_disk(args, home, url, made, out) and made:
        out.say(f"{made}Is the path right?")
    if settings is None:
        return 0
    _say_what_to_delete(args, home, out)
    with out.progress(None, f"trying what “{args.name}” takes"):
        return _try_it(home, settings, out) if home.role == "field" else _try_at_desk(args, settings, out)


def _require_sensible(args: Namespace, home: Home) -> None:
    if (args.copy or args.backup or args.objects or args.site) and home.role != "desk":
        raise UsageError("A second store, a backup, a site or objects belong to a desk; this is a field device.")
    if args.cache and not args.objects:
        raise UsageError("Expected --cache together with --objects: it says how many of these stay on this disk.")


def _set_up(args: Namespace, home: Home, url: str, options: dict[str, str], cache: int, out: Out) -> PlaceSettings:
    """Make the place ready, and write it down."""
    options = _with_host_key(args, url, options, out)
    if args.site:
        open_site_files(args.name, url, options)
        return home.add_place(args.name, url, options, "sites")
    new = set_up_place(args.name, url, options)
    if args.objects:
        _require_fit(new)
        return keep_on(home, args.name, url, options, cache)
    if args.copy and all(each.name != args.name for each in _everywhere(home)):
        _believe_no_more(args, home)  # of one of this name that was removed while cards were copied to it
    return home.add_place(args.name, url, options, "copies" if args.copy else "backups" if args.backup else "places")


def _believe_no_more(args: Namespace, home: Home) -> None:
    """Have the ledger say that a second store of this name holds nothing."""
    from tamizdat.carrying.receive import leave_store  # with the archive; a field device starts without

    with open_archive(args) as archive:
        leave_store(home, archive, args.name)


def _remove(args: Namespace, home: Home, out: Out) -> None:
    waiting, is_copy = _waiting_for(home, args.name), any(each.name == args.name for each in home.places("copies"))
    is_backup = any(each.name == args.name for each in home.places("backups"))
    if not args.dry_run:
        if is_copy:
            _believe_no_more(args, home)
        if is_backup:
            leave(home.folder, args.name)
        home.remove_place(args.name)
    out.say(f"{'Would forget' if args.dry_run else 'Forgot'} the place “{args.name}”. What it holds stays there.")
    if waiting:
        out.warn(
            f"What waits here for it, {counted(waiting, 'parcel')}, goes to the other places. More of what belongs "
            "together lies in one place then, and fewer places may be lost than was said when it was sealed."
        )
    if is_copy:
        out.warn(
            "It does not count as a second store any more. What only it held 'tamizdat receive' copies to the others; "
            "until then, and a backup, receipts of that are withheld."
        )
    if is_backup:
        out.warn(
            "It does not count as a backup any more: receipts of what only it holds are withheld until the next "
            "'tamizdat backup' to another place. Its files stay as they are: destroy them if nobody needs them."
        )
    out.record({"removed": args.name, "waiting": waiting})


def _list(home: Home, out: Out) -> None:
    if home.proxy is not None:
        out.show(f"{'(proxy)':<16} {'everything':<13} {home.proxy}")
        out.record({"proxy": str(home.proxy)})
    labels = {"places": "parcels", "copies": "second store", "backups": "backup", "sites": "site"}
    for use in USES:
        for each in home.places(use):
            out.show(f"{each.name:<16} {labels.get(use, use):<13} {each.url}")
            out.record({"place": each.name, "use": use, "url": each.url})


def _waiting_for(home: Home, name: str) -> int:
    """Return how many parcels a field device has sealed for a place and not sent yet."""
    counts = waiting_by_place(home) if home.role == "field" else {}
    return sum(counts.get(place.number, 0) for place in home.places() if place.name == name)


def _try_it(home: Home, settings: PlaceSettings, out: Out) -> int:
    """Try a new place of a field device with an object of a parcel's size; return 1 if it takes none now.

    Raises :class:`UsageError` if it is the store of another place, which is seen only now; then it is forgotten again.
    """
    try:
        same = twin(settings.open(), _others(home, settings.name))
        if same is not None:
            home.remove_place(settings.name)
            raise UsageError(
                f"Expected another place, found that what is put in “{settings.name}” lies in “{same}” as well: two "
                "names for one store would count as two that may be lost. It was not added. Choose another folder, "
                "disk or service."
            )
        if not try_size(home, settings, datetime.now(UTC)):
            out.say(
                "It takes small parcels only (its limit for a request is below 4.2 MB), so from the next card on all "
                "parcels are small. Ask its owner to allow larger requests, or remove the place."
            )
    except PlaceError as error:
        out.warn(f"It was added, and does not take anything at this moment. {error}")
        return 1
    return 0


def _try_at_desk(args: Namespace, settings: PlaceSettings, out: Out) -> int:
    """Try a new service of a desk: that it lists parcels, or takes what is to be kept there. Return 1 if not now."""
    if args.site or args.objects or folder_of(settings.url) is not None:
        return 0  # a site's login is tried with an edition; objects were, before it was added
    try:
        place = settings.open()
        if args.copy or args.backup:
            takes(place, 1000)
        else:
            next(iter(place.list()), None)
    except PlaceError as error:
        out.warn(f"It was added, and cannot be used at this moment. {error}")
        return 1
    return 0


def _others(home: Home, name: str) -> Iterator[Place]:
    """Yield the places but the one with this *name*; services with little patience, for one of them may be away."""
    for each in home.places():
        patience = {} if each.url.startswith(DISKS) else {"timeout": QUICK}
        if each.name != name:
            with suppress(TamizdatError):  # what cannot be opened now cannot be asked
                yield open_place(each.name, each.url, {**each.options, **patience})


def _require_outside(home: Home, url: str) -> None:
    if ":" not in url and Path(url).resolve().is_relative_to(home.folder.resolve()):
        raise UsageError(
            "Expected a folder outside the desk's own for its objects, found one inside it. Name one on a larger disk."
        )


def _require_fit(place: Place) -> None:
    """Raise UsageError unless objects can be kept on the place: put, given back, put anew."""
    rights = probe(place)
    if not (rights.put and rights.get):
        raise UsageError(
            f"Expected a place that takes objects and gives them back with this login, found that it does not. "
            f"{rights.report()} Nothing was added."
        )


def _everywhere(home: Home) -> list[PlaceSettings]:
    return [place for use in USES for place in home.places(use)]


def _say_same_disk(args: Namespace, home: Home, url: str, made: str, out: Out) -> bool:
    """Warn of places that are lost with this one, since they lie on its disk; *made*, of its folder, is said before.

    Returns whether something was said: of a folder that was made one question is enough.
    """
    others = [] if args.site else [each for use in USES if use != "sites" for each in home.places(use)]
    same = [place.name for place in others if place.name != args.name and on_one_disk(url, [place.url])]
    for_desk = args.copy or args.backup or args.objects
    own = bool(on_one_disk(url, [str(home.folder)]))
    same += ["the archive itself"] if for_desk and own else []
    folder = folder_of(url)
    if home.role == "field" and own:
        out.warn(
            f"{made}“{args.name}” lies on this device's own disk, and is lost with it. Is the place's disk plugged in? "
            f"If not, plug it in, 'tamizdat places remove {args.name}', and add it anew."
        )
    elif same:
        out.warn(
            f"{made}“{args.name}” lies on the same disk or server as {', '.join(same)}: they are lost together. Is the "
            "place's own disk plugged in?"
        )
    if args.copy and not own and folder is not None and "inside" in map(where_is, physical_disks(folder)):
        out.warn(
            f"“{args.name}” lies on another disk inside this computer: whoever takes the computer takes both. Have one "
            "second store elsewhere."
        )
    out.record({"same_disk": list[Json](same), "own_disk": own})
    return bool(same) or (home.role == "field" and own)


def _with_host_key(args: Namespace, url: str, options: dict[str, str], out: Out) -> dict[str, str]:
    """Return *options* with the key of an SFTP server, once the person has compared it; raises UsageError."""
    shown = None if "host_key" in options else shown_host_key(args.name, url, options)
    if shown is None:
        return options
    out.show(f"The server shows the key: {shown}")
    question = "Compare it with what its owner told you, over another channel. Type yes if it is the same: "
    if args.settings_fd is not None or ask_line(question).lower() != "yes":
        raise UsageError(
            f"Expected yes, or the option host_key, found neither: the place “{args.name}” was not added and no login "
            f"was sent. If it is the right one, add it with --option host_key='{shown}'."
        )
    return {**options, "host_key": shown}


def _set_proxy(args: Namespace, home: Home, out: Out) -> None:
    text = args.proxy or ask_line("Proxy (socks5h://127.0.0.1:9050, http://…; none: no proxy): ", hidden=False)
    proxy = None if text == "none" else Proxy.parse(text)
    if not args.dry_run:
        home.set_proxy(proxy)
    out.record({"proxy": None if proxy is None else str(proxy)})
    if proxy is None:
        out.say("No proxy is kept here. One that the environment names is used all the same.")
        return
    out.say(f"Everything goes through {proxy} now; when it does not answer, nothing leaves.")
    if "@" in (args.proxy or ""):
        out.say("Its login stands in the history of the shell: delete that line. Without PROXY it is asked for.")
    if not args.dry_run and not answers(proxy):
        out.warn("It does not answer at this moment.")


def _test(args: Namespace, home: Home, out: Out) -> int:
    risky, code = list[str](), 0
    tested = [settings for settings in home.places() if args.name in (None, settings.name)]
    if not tested:
        raise UsageError(
            f"Expected a place for parcels {f'called {args.name}' if args.name else 'to test'}, found none. 'tamizdat "
            "places list' shows them."
        )
    for settings in tested:
        try:
            with out.progress(None, f"trying “{settings.name}”"):
                rights = probe(settings.open())
        except PlaceError as error:
            out.warn(of_place(settings.name, error))
            code = 1
            continue
        out.say(str(rights))
        out.record({"place": settings.name, "report": str(rights)})
        risky += [f"“{settings.name}”"] if rights.harms and folder_of(settings.url) is None else []
        code = code or (not rights.put)
    if risky:
        out.say(f"Ask the owner of {', '.join(risky)} {LESS_HARM}; or count on other places.")
    return code


def _say_what_to_delete(args: Namespace, home: Home, out: Out) -> None:
    """Say what of the place still lies about on a field device, where a thief looks first."""
    files = [text.partition("=")[2] for text in args.option if text.partition("=")[0] not in PLAIN]
    if home.role == "field" and (files or args.url):
        out.say(
            f"Delete now: {', '.join([*files, 'this command in the history of the shell'])}. Without a URL 'tamizdat "
            "places add' asks for everything."
        )
