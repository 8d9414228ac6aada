"""The page of file formats: every key of the files that mellizo reads and writes."""

import re

from rust import HOUSE, WORDS, index, nearest, split

#: A title, what it is, the file of the sources, the struct.
READ = [
    ("Schema", "`--schema FILE`, TOML. [The schema](../schema.md) explains it.", "table/schema.rs", "Schema"),
    ("Plan", "`mellizo sweep PLAN.toml`. [Many machines](../many-machines.md) explains it.",
     "cli/sweep/plan/written.rs", "Plan"),
]
WRITTEN = [
    ("Model", "The document of `private/model.safetensors`: JSON, the value of `mellizo` in the metadata of "
     "the file. Its tensors are weights.", "training/gan/model_file.rs", "About"),
    ("Report", "Lists in `share/report.json` of `run` and `evaluate`, whose other keys "
     "[The report](../report.md#reportjson) has: `relations`.", "judge/evaluation/kept.rs", "KeptRelations"),
    ("Utility of the report", "The key `utility`.", "judge/evaluation/detail.rs", "Utility"),
    ("Privacy of the report", "The key `privacy`.", "judge/evaluation/privacy.rs", "Privacy"),
    ("Audit of the report", "The key `audit`.", "judge/evaluation/audit.rs", "Audit"),
    ("Sizes of the report", "The key `sizes`.", "judge/evaluation/facts.rs", "Sizes"),
    ("Outlook", "`check --json`.", "synthesis/outlook.rs", "Outlook"),
    ("Description", "`describe.json`.", "clinical/describe/variable.rs", "Description"),
    ("Missing values", "`missing.json`.", "clinical/missing/mod.rs", "Missing"),
    ("Cleaning log", "`audit.json` of `clean`.", "clinical/cleaning/log.rs", "CleaningLog"),
    ("Gathered results", "`gathered.json`.", "report/gathered.rs", "Gathered"),
    ("Private release", "`private/release.json`.", "synthesis/private/release.rs", "Release"),
    ("Private report", "`share/report.json` of the recipe `private`.", "report/release.rs", "ReleaseReport"),
    ("Ledger", "`private/ledger.jsonl`, one object a line.", "synthesis/private/ledger.rs", "Spent"),
    ("Benchmark", "An entry of `runs` of `bench --json`.", "training/bench/figures.rs", "Run"),
]


class Formats:
    """Sections of the page, and the kinds that they still have to explain."""

    def __init__(self):
        self.kinds = index()
        #: The headings of kinds that have a section.
        self.places = {}

    def find(self, name, file):
        return nearest(self.kinds, name, file)

    def word(self, kind, file, wanted):
        """A type in words; kinds with keys of their own are put into `wanted`."""
        kind = re.sub(r"^&('static )?", "", kind.strip())
        generic = re.fullmatch(r"([\w:]+)<(.+)>", kind)
        several = re.fullmatch(r"\[(.+); (\w+)\]", kind)
        if several:
            return f"list of {several[2]}: {self.word(several[1], file, wanted)}"
        if kind.startswith("("):
            parts = ", ".join(self.word(part, file, wanted) for part in split(kind[1:-1]))
            return f"list of {parts}"
        if generic:
            inner = [self.word(part, file, wanted) for part in split(generic[2])]
            outer = generic[1].split("::")[-1]
            if outer in ("Vec", "HashSet", "BTreeSet"):
                return f"list: {inner[0]}"
            if outer in ("BTreeMap", "HashMap", "Map"):
                return f"table by name: {inner[1]}"
            return inner[0]
        if kind in WORDS:
            return WORDS[kind]
        found = self.find(kind, file)
        if found is None:
            raise SystemExit(f"docs/reference: nothing is known of the type {kind} of {file}")
        return self.known(found, wanted)

    def known(self, found, wanted):
        """A struct or an enum of the sources in words."""
        if found.inner is not None:
            return self.word(found.inner, found.file, wanted)
        if found.name == "Recipe":
            return "[keys of a recipe](recipes.md)"
        if not found.enum:
            return self.link(found, wanted)
        if "untagged" in found.attributes:
            parts = [self.word(one.kind, found.file, wanted) for one in found.members if one.kind]
            return " or ".join(dict.fromkeys(parts))
        if all(not one.kind for one in found.members):
            return " or ".join(f'`"{one.key}"`' for one in found.members)
        return self.link(found, wanted)

    def link(self, found, wanted):
        """To the section of a kind, which is written after this one if it is not there yet."""
        place = (found.file, found.name)
        if place not in self.places:
            taken = [name for (_, name) in self.places]
            if found.name in taken:
                raise SystemExit(f"docs/reference: two kinds are called {found.name}, one in {found.file}")
            self.places[place] = found.name.lower()
            wanted.append(found)
        return f"[{found.name}](#{self.places[place]})"

    def table(self, kind, wanted, read):
        """The keys of a struct, or the variants of an enum, as a table."""
        lines = ["| key | value | meaning |", "|---|---|---|"]
        for one in kind.members:
            skipped = re.search(r"serde\(skip\b|skip_serializing[,)]", one.attributes)
            nowhere = re.search(r"serde\(skip\)", one.attributes)
            if nowhere or (skipped and not read):
                continue
            value = self.word(one.kind, kind.file, wanted) if one.kind else ""
            if one.optional and read:
                value += "; may be left out"
            elif one.kind.startswith("Option<"):
                value += " or `null`"
            if not one.doc:
                raise SystemExit(f"docs/reference: {kind.name}.{one.key} of {kind.file} has no doc comment")
            lines.append(f"| `{one.key}` | {cell(value)} | {cell(one.doc)} |")
        return lines

    def section(self, entry, read):
        """A file, and every kind inside it that has no section yet."""
        title, about, path, name = entry
        root = self.root(path, name)
        wanted, lines = [], [f"### {title}", about, "", root.doc, ""]
        lines += self.table(root, wanted, read)
        for kind in wanted:
            lines += ["", f"#### {kind.name}", kind.doc, ""]
            lines += self.table(kind, wanted, read)
        return lines + [""]

    def root(self, path, name):
        file = HOUSE / "src" / path
        root = next((kind for kind in self.kinds.get(name, []) if kind.file == file), None)
        if root is None:
            raise SystemExit(f"docs/reference: {path} has no {name}")
        return root


def cell(text):
    return text.replace("|", "&#124;")


def page():
    """The whole page."""
    formats = Formats()
    for title, _, path, name in READ + WRITTEN:
        root = formats.root(path, name)
        formats.places[root.file, name] = title.lower().replace(" ", "-")
    lines = [
        "# File formats",
        "",
        "Reference: every key of the files that mellizo reads and writes as TOML and JSON.",
        "[Keys of a recipe](recipes.md) are a page of their own.",
        "Rules of `mellizo clean` are in [Cleaning an export](../cleaning.md), tables in",
        "[Inputs](../inputs.md), what lies where in [Output](../output.md).",
        "",
        "## Files that are read",
        "",
    ]
    for entry in READ:
        lines += formats.section(entry, True)
    lines += ["## Files that are written", "Keys may be added within a version.", ""]
    for entry in WRITTEN:
        lines += formats.section(entry, False)
    return "\n".join(lines).rstrip() + "\n"
