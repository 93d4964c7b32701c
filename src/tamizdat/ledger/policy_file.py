"""A reader's policy as a C2SP tlog-policy file, for others' tools (``docs/spec/ledger.md``)."""

from tamizdat.ledger.cosignature import Policy


def policy_file(policy: Policy) -> str:
    """Return the lines that name the log, the witnesses and the quorum; a witness with two keys counts once."""
    labels = [f"w{number}" for number in range(1, len(policy.witnesses) + 1)]
    keys = list(zip(labels, policy.witnesses, strict=True))
    lines = [f"witness {label} {each.encode()}" for label, each in keys]
    members = []
    for number, name in enumerate(policy.names, 1):
        own = [label for label, each in keys if each.name == name]
        members.append(own[0] if len(own) == 1 else f"either{number}")
        lines += [f"group either{number} any {' '.join(own)}"] if len(own) > 1 else []
    quorum = ["quorum none"]
    if policy.quorum:
        quorum = [f"group witnesses {policy.quorum} {' '.join(members)}", "quorum witnesses"]
    return "\n".join([f"log {policy.log.encode()}", *lines, *quorum, ""])
