"""A reader's policy as a C2SP tlog-policy file, for others' tools (``docs/spec/ledger.md``)."""

from tamizdat.ledger.cosignature import Policy


def policy_file(policy: Policy) -> str:
    """Return the lines that name the log, the witnesses and the quorum."""
    names = [f"w{number}" for number in range(1, len(policy.witnesses) + 1)]
    lines = [f"witness {name} {each.encode()}" for name, each in zip(names, policy.witnesses, strict=True)]
    quorum = ["quorum none"]
    if policy.quorum:
        quorum = [f"group witnesses {policy.quorum} {' '.join(names)}", "quorum witnesses"]
    return "\n".join([f"log {policy.log.encode()}", *lines, *quorum, ""])
