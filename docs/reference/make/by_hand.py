"""Pages that people write: every key that the sources know must be named in them."""

import re

from rust import HOUSE, index


def named(page, keys, of):
    """What a page lacks, as lines."""
    text = (HOUSE / "docs" / page).read_text(encoding="utf-8")
    words = set(re.findall(r"`+([\w.]+)`+|^ *(\w+)(?:\.\S+)? = |[{,] *(\w+) = ", text, re.MULTILINE))
    words = {word for found in words for word in found if word}
    return [f"docs/{page} does not name `{key}` of {of}" for key in keys if key not in words]


def rules():
    """Kinds of rules of `mellizo clean`, and their keys."""
    folder, kinds = HOUSE / "src/clinical/cleaning", index()
    listed = re.findall(r'\("(\w+)", read::<(\w+)>\)', (folder / "rules.rs").read_text(encoding="utf-8"))
    lines = []
    for key, name in listed:
        kind = next(kind for kind in kinds[name] if kind.file.parent == folder)
        lines += named("cleaning.md", [key], "the rules")
        while kind.inner is not None:
            kind = next(other for other in kinds[kind.inner] if other.file.parent == folder)
        lines += named("cleaning.md", [one.key for one in kind.members], f"the rule {key}")
    return lines if listed else ["src/clinical/cleaning/rules.rs has no list of rules"]


def report():
    """Keys of `report.json`."""
    text = (HOUSE / "src/report/json.rs").read_text(encoding="utf-8")
    document = text.split("let document = json!({")[1].split("});")[0]
    keys = re.findall(r'^ {8}"(\w+)":', document, re.MULTILINE)
    return named("report.md", keys, "report.json") if len(keys) > 5 else ["report.json has no keys"]


def flat(path):
    """A file without breaks behind parentheses."""
    return re.sub(r"\(\s+", "(", path.read_text(encoding="utf-8"))


def variables():
    """Environment variables that the program reads."""
    found = set()
    for path in (HOUSE / "src").rglob("*.rs"):
        # What is known while it is built is in `env!`, and what tests read in `on_gpu`.
        if path.name != "on_gpu.rs":
            found |= set(re.findall(r'(?<!env!\()"(MELLIZO_[A-Z_]+)"', flat(path)))
    return named("command-line.md", sorted(found), "the environment") if found else ["no variable"]


def problems():
    """Everything that pages lack."""
    return rules() + report() + variables()
