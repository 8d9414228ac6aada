"""From figures of rounds to the table of docs/performance.md, which keeps one part per machine between two markers."""

import re

BEGIN, END = "<!-- peers: written by benches/peers/run -->", "<!-- peers: end -->"


def quantile(values, share):
    """numpy's "linear"."""
    values, place = sorted(values), share * (len(values) - 1)
    below, above = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    return below + (above - below) * (place - int(place))


def spread(values, digits):
    """`median (p10 to p90)`."""
    median, p10, p90 = (f"{quantile(values, share):.{digits}f}" for share in (0.5, 0.1, 0.9))
    return median if len(values) == 1 else f"{median} ({p10} to {p90})"


def digits(values):
    return 2 if quantile(values, 0.5) < 100 else 0


def row(name, pairs):
    """A measured peer: `pairs` are (mellizo's JSON run, the peer's line of JSON) of every round."""
    ours = [ours["step_ms"]["median"] for ours, _ in pairs]
    theirs = [theirs["step_ms"]["median"] for _, theirs in pairs]
    peer = pairs[0][1]
    ratios = [a / b for a, b in zip(ours, theirs)]
    left_out = list(peer["left_out"])
    if peer["evaluation"] != "both":
        left_out.insert(0, f"Fréchet distances: {peer['evaluation']} only")
    cells = [
        name,
        f"{peer['peer']} {peer['version']}, {peer['backend']}",
        str(peer["models"]),
        f"{pairs[0][0]['backend']}",
        spread(ours, digits(ours)),
        spread(theirs, digits(theirs)),
        f"**{spread(ratios, 2)}**",
        str(len(pairs)),
        "; ".join(left_out) or "nothing",
    ]
    return f"| {' | '.join(cells)} |"


def part(machine, about, measured, missing):
    """The part of one machine: `measured` is {name: pairs}, `missing` is {name: reason}."""
    lines = [f"### {machine}", "", about, ""]
    if measured:
        lines += [
            "| peer | what | models | mellizo's backend | mellizo, ms a step | peer, ms a step | mellizo / peer | rounds | the peer leaves out |",
            "|---|---|---|---|---|---|---|---|---|",
            *(row(name, pairs) for name, pairs in measured.items()),
            "",
        ]
    if missing:
        lines += ["Not measured:", "", *(f"- {name}: {reason}" for name, reason in missing.items()), ""]
    return "\n".join(lines)


def replaced(document, machine, new):
    """The document with this machine's part new, and those of others as they were. Errors without the markers."""
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(BEGIN) > document.index(END):
        raise ValueError(f"the document needs the lines {BEGIN!r} and {END!r}, once each and in this order")
    before, rest = document.split(BEGIN)
    old, after = rest.split(END)
    parts = [each.strip() for each in re.split(r"(?m)^(?=### )", old) if each.strip()]
    kept = [each for each in parts if each.startswith("### ") and each.splitlines()[0] != f"### {machine}"]
    inside = "\n\n".join([new.strip(), *kept])
    return f"{before}{BEGIN}\n\n{inside}\n\n{END}{after}"


def self_test():
    """Known answers; raises AssertionError."""
    assert [quantile([5, 1, 2], share) for share in (0.5, 0, 1)] == [2, 1, 5]
    assert abs(quantile([5, 1, 2], 0.1) - 1.2) < 1e-12 and quantile([3], 0.9) == 3
    assert spread([1, 2, 3], 1) == "2.0 (1.2 to 2.8)" and spread([2], 2) == "2.00"
    ours = [{"backend": "cpu", "step_ms": {"median": ms}} for ms in (10, 30)]
    line = {"peer": "p-eager", "version": "1.2", "backend": "cpu", "models": 1, "evaluation": "both", "left_out": []}
    theirs = [line | {"step_ms": {"median": ms}} for ms in (20, 30)]
    pairs = list(zip(ours, theirs))
    # The median of the ratios 0.5 and 1, not the ratio of the medians.
    assert "| **0.75 (0.55 to 0.95)** | 2 | nothing |" in row("p", pairs), row("p", pairs)
    partly = [(ours[0], theirs[0] | {"evaluation": "marginal", "left_out": ["x"]})]
    assert row("p", partly).endswith("| **0.50** | 1 | Fréchet distances: marginal only; x |"), row("p", partly)
    text = f"top\n{BEGIN}\n{END}\nbottom\n"
    one = replaced(text, "A", part("A", "about A", {"p": pairs}, {"q": "no CUDA device"}))
    both = replaced(one, "B", part("B", "about B", {}, {"p": "gone"}))
    assert both.startswith("top\n") and both.endswith(f"{END}\nbottom\n")
    assert "about A" in both and "- q: no CUDA device" in both and "about B" in both
    again = replaced(both, "A", part("A", "newer", {}, {}))
    assert "about A" not in again and "newer" in again and "about B" in again
    assert replaced(again, "A", part("A", "newer", {}, {})) == again, "writing twice changes nothing"
    for broken in ("no markers", f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"):
        try:
            replaced(broken, "A", "")
        except ValueError:
            continue
        raise AssertionError(f"accepted {broken!r}")
