"""The structs and enums of the sources that files are read into and written from.

rustfmt puts every field and every attribute on lines of its own, so lines are enough to read them.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[3]

WORDS = {
    "String": "text", "str": "text", "PathBuf": "path", "bool": "`true` or `false`", "char": "a character",
    "f64": "number", "f32": "number", "Value": "anything", "serde_json::Value": "anything",
    "i64": "whole number", "i32": "whole number", "u64": "whole number", "u32": "whole number",
    "usize": "whole number", "u16": "whole number", "u8": "whole number",
    "Duration": "duration", "toml::Table": "table",
    # Types that write themselves as a word or a text.
    "Threshold": 'number, a share such as `"1/2"`, or `"auto"`', "Pixels": '256 or `"none"`',
    "ScoreName": "name of a score",
}


@dataclass
class Member:
    """A field or a variant: its key, type, attributes and first sentences."""

    key: str
    kind: str
    doc: str
    attributes: str

    @property
    def optional(self):
        return "default" in self.attributes or self.kind.startswith("Option<")


@dataclass
class Kind:
    """A struct or an enum."""

    name: str
    file: Path
    enum: bool
    doc: str
    attributes: str
    members: list = field(default_factory=list)

    @property
    def inner(self):
        """The type that a struct of one unnamed field stands for."""
        alone = not self.enum and len(self.members) == 1 and self.members[0].key == "0"
        return self.members[0].kind if alone else None


def renamed(name, of, variant):
    """The key of a member as serde writes it."""
    own = re.search(r'rename = "([^"]+)"', of)
    if own:
        return own[1]
    return name if variant is None else variant(name)


def cases(attributes):
    """What serde does to the names of all members."""
    rule = re.search(r'rename_all = "([^"]+)"', attributes)
    words = lambda name: re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    known = {
        "lowercase": str.lower, "snake_case": words, "kebab-case": lambda name: words(name).replace("_", "-"),
        "UPPERCASE": str.upper,
    }
    return known[rule[1]] if rule else None


def plain(lines):
    """A doc comment as one paragraph of Markdown, without links into the sources."""
    text = " ".join(line.strip() for line in lines).strip()
    text = re.sub(r"\[(`[^`]+`)\](\([^)]*\))?", r"\1", text)
    return re.sub(r"\s+", " ", text)


def parse(path):
    """All structs and enums of a file."""
    found, doc, attributes = [], [], []
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith("///"):
            doc.append(line[3:])
        elif line.startswith("#["):
            attributes.append(line)
            while "".join(attributes).count("[") > "".join(attributes).count("]"):
                attributes.append(next(lines).strip())
        else:
            head = re.match(r"(?:pub(?:\([^)]*\))? )?(struct|enum) (\w+)(<[^>]*>)?(.*)$", line)
            if head:
                kind = Kind(head[2], path, head[1] == "enum", plain(doc), " ".join(attributes))
                body(kind, head[4].strip(), lines)
                found.append(kind)
            doc, attributes = [], []
    return found


def body(kind, rest, lines):
    """Reads the members of a struct or an enum."""
    unnamed = re.match(r"\((?:pub(?:\([^)]*\))? )?(.+)\);$", rest)
    if unnamed:
        kind.members.append(Member("0", unnamed[1], "", ""))
    if rest != "{":
        return
    doc, attributes, rule = [], [], cases(kind.attributes)
    for line in lines:
        text = line.strip()
        if line == "}":
            return
        if text.startswith("///"):
            doc.append(text[3:])
        elif text.startswith("#["):
            attributes.append(text)
        elif text and not text.startswith("//"):
            of = " ".join(attributes)
            named = re.match(r"(?:pub(?:\([^)]*\))? )?(\w+): (.+),$", text)
            variant = re.match(r"(\w+)(?:\((.+)\))?( = \d+)?,?( \{)?$", text)
            if kind.enum and variant:
                member = Member(renamed(variant[1], of, rule), variant[2] or "", plain(doc), of)
                kind.members.append(member)
            elif named and not kind.enum:
                kind.members.append(Member(renamed(named[1], of, rule), named[2], plain(doc), of))
            doc, attributes = [], []


def index():
    """All structs and enums that are read from files or written to them, by name."""
    kinds = {}
    for path in sorted((HOUSE / "src").rglob("*.rs")):
        for kind in parse(path):
            derives = re.search(r"\b(Des|S)erialize\b", kind.attributes)
            if derives:
                kinds.setdefault(kind.name, []).append(kind)
    return kinds


def nearest(kinds, name, file):
    """The kind of a name that a file most probably means: the one with the longest common path."""
    name = name.split("::")[-1]
    near = lambda kind: sum(1 for a, b in zip(kind.file.parts, file.parts) if a == b) + (kind.file == file)
    return max(kinds.get(name, []), key=near, default=None)


def split(text):
    """The arguments of a generic type."""
    parts, depth = [""], 0
    for mark in text:
        depth += {"<": 1, "[": 1, ">": -1, "]": -1}.get(mark, 0)
        if mark == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [part.strip() for part in parts if part.strip()]
