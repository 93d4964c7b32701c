"""The recovery key: what opens a backup. It stands on paper and nowhere else; the desk keeps its public half.

It is a sealing key like the desk's others (32 bytes). On paper it is written in two ways: as ``AGE-SECRET-KEY-PQ-1…``,
which the QR code holds and stock ``age -d`` opens a backup with, and as words for people: 33 of SLIP-39's list of
1,024, each known by its first four letters. The same standard divides it: any *k* of *n* shares, of 33 words each,
give the key, and fewer tell nothing about it. A whole sheet is 1 of 1.

>>> key = SealingKey(bytes(range(32)))
>>> first, _, third = divide(key, 2, 3)
>>> read_key([third, first]).seed == key.seed
True
"""

import re
from collections.abc import Iterable
from typing import Final

from shamir_mnemonic import MnemonicError, decode_mnemonics, generate_mnemonics, recover_ems
from shamir_mnemonic.wordlist import WORDLIST

from tamizdat.encoding import sha256, spoken
from tamizdat.errors import BadEncoding, KeyMissing, UsageError
from tamizdat.keys import SEALING_KEY, Recipient, SealingKey

WORDS: Final = 33  #: of a share of 32 bytes, SLIP-39
MAX_SHARES: Final = 16  #: SLIP-39
LETTERS: Final = 4  #: that tell every word of the list from the others
_BY_LETTERS: Final[dict[str, str]] = {word[:LETTERS]: word for word in WORDLIST}
_NUMBERING: Final = re.compile(r"[0-9]+[.):]?")


def divide(key: SealingKey, needed: int = 1, shares: int = 1) -> list[str]:
    """Return the words of *shares* shares, of which any *needed* give the key. Raises UsageError."""
    if not 1 <= needed <= shares <= MAX_SHARES or (needed == 1 and shares > 1):
        raise UsageError(
            f"Expected 2 to {MAX_SHARES} shares and a smaller or equal number of 2 or more that are needed, like 2 "
            f"of 3; found {needed} of {shares}. Without shares the whole key stands on one sheet."
        )
    [words] = generate_mnemonics(1, [(needed, shares)], key.seed, iteration_exponent=0)
    return list(words)


def read_key(lines: Iterable[str]) -> SealingKey:
    """Return the key of what was typed or scanned: its text, or the words of enough shares, numbered or not.

    Raises BadEncoding for what is none, and KeyMissing for too few shares. No message repeats a word.
    """
    typed = " ".join(lines).split()
    if typed and typed[0].upper().startswith(SEALING_KEY):
        return SealingKey.from_text("".join(typed).upper())  # a long line, which paper breaks
    words = [word.lower() for word in typed if not _NUMBERING.fullmatch(word)]
    whole = [_whole_word(word, at) for at, word in enumerate(words)]
    if not whole or len(whole) % WORDS:
        raise BadEncoding(
            f"Expected the {WORDS} words of a recovery sheet, or of each share, found {len(whole)} words. Type them "
            "row by row, all rows, then an empty line."
        )
    return _combined([" ".join(whole[at : at + WORDS]) for at in range(0, len(whole), WORDS)])


def short_name(recipient: Recipient) -> str:
    """Return eight letters and digits that tell a recovery key from another one: ``7Q2M-K0XT``."""
    return spoken(sha256(recipient.data))[:9]


def _whole_word(typed: str, at: int) -> str:
    word = _BY_LETTERS.get(typed[:LETTERS])
    if word is None or not word.startswith(typed):
        raise BadEncoding(
            f"Expected a word of the sheet, found one that is not in its list: word {at % WORDS + 1} of the "
            f"{at // WORDS + 1}. sheet. Compare its first four letters with the paper."
        )
    return word


def _combined(shares: list[str]) -> SealingKey:
    try:
        [group] = decode_mnemonics(dict.fromkeys(shares)).values()
        if len(group) < group.member_threshold():
            raise KeyMissing(
                f"Expected {group.member_threshold()} different shares of the recovery key, found {len(group)}. Fewer "
                "tell nothing about it: get one more, and type all of them."
            )
        seed = recover_ems({next(iter(group)).group_index: group.get_minimal_group()}).decrypt(b"")
    except (MnemonicError, ValueError) as error:
        raise BadEncoding(
            "Expected shares of one recovery key, each with its words in their order; these do not fit together, or a "
            "word is another one than on the paper. Compare all words, and the number of the key on each sheet."
        ) from error
    return SealingKey(seed)
