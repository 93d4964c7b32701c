"""What witnesses answered, told to whoever published."""

from collections.abc import Sequence

from tamizdat.cli.console import Out
from tamizdat.encoding import Json
from tamizdat.ledger.cosignature import Policy
from tamizdat.witness.ask import Answer, Outcome
from tamizdat.witness.edition import are_enough


def say_answers(answers: Sequence[Answer], policy: Policy, out: Out) -> int:
    """Say who signed the ledger's state, and why others did not; return 1 while fewer did than *policy* asks for."""
    signed = [each.witness for each in answers if each.outcome is Outcome.SIGNED]
    lacking = not are_enough(answers, policy)
    if signed:
        out.say(f"Witnessed by {', '.join(signed)}.")
    for each in answers:
        if each.outcome is Outcome.FORKED:
            out.warn(
                f"The witness {each.witness} says that {each.detail}. Publish nothing more before you know why: "
                "restore nothing over this archive; if it was restored, 'tamizdat keys catch-up'; if nobody here did "
                "that, your keys may be in other hands: 'tamizdat keys rotate'."
            )
        elif each.outcome is not Outcome.SIGNED:
            out.warn(f"The witness {each.witness} did not sign: {each.detail}. The next 'tamizdat publish' asks again.")
    if lacking:
        out.warn(
            f"Expected {policy.quorum} of the witnesses to have signed, as the list of keys asks for, found fewer. "
            "It is out all the same; until they have, whoever checks it is told that it is not witnessed yet. While "
            "'tamizdat desk' runs they are asked again by themselves; or run 'tamizdat publish' again."
        )
    if answers:
        out.record({"witnesses": list[Json]([{"name": each.witness, "outcome": each.outcome} for each in answers])})
    return 1 if lacking else 0
