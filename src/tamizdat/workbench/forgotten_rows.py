"""What people typed and never stated goes with what it is about: drafts, notes, comments, what a model suggested.

Rows of ``workbench.sqlite`` lie under keyed hashes of names that begin with a post's id or an item's number. Whoever
knows these finds the rows; afterwards nobody does.
"""

from collections.abc import Collection, Iterable, Iterator

from tamizdat.home.home import Home
from tamizdat.text.languages import known_languages
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.drafts.translations import Drafts
from tamizdat.workbench.sealed_store import Name, Sealed


def forget_rows(
    home: Home, sealed: Sealed, names: Collection[str], numbers: Collection[int], known: Iterable[str]
) -> None:
    """Delete every row about these texts (the id of a post, ``clip/19``, ``story/31``) and items, of all accounts.

    *known* are languages in which the desk translates, beside those that have a name here.
    """
    accounts = Accounts.open(home).all()
    languages = sorted({*known_languages(), *known, *(each for one in accounts for each in one.languages)})
    for account in accounts:
        Drafts(sealed).forget(account, names)
    sealed.remove_those(_shelves(names, languages), _rows([each.id for each in accounts], names, numbers, languages))
    sealed.sweep()


def _shelves(names: Iterable[str], languages: Iterable[str]) -> Iterator[Name]:
    """Yield the shelves on which everything is about one text."""
    for name in names:
        for language in languages:
            yield from (("notes", name, language), ("comments", name, language), ("agreements", name, language))


def _rows(
    accounts: Iterable[str], names: Iterable[str], numbers: Iterable[int], languages: Iterable[str]
) -> Iterator[tuple[Name, Name]]:
    """Yield shelf and name of every other row."""
    for name in names:
        yield ("priorities",), ("priority", name)
        for account in accounts:
            for language in languages:
                yield ("machine words", account), ("work", name, language)
                yield ("unread", account), (name, language)
    for number in map(str, numbers):
        yield ("machine drafts",), ("clip", number)
        for account in accounts:
            yield ("machine drafts taken", account), ("clip", number)
            for kind in ("transcript drafts", "cover drafts", "story drafts"):
                yield (kind, account), ("draft", number)
