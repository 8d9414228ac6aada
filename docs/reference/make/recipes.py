"""The page of recipes: every key, its meaning, and its value in every built-in recipe."""

import re

from formats import Formats, cell
from rust import HOUSE

RECIPES = HOUSE / "src/training/gan/recipes"
NAMES = ("joint", "private", "paper")

#: Sections whose keys the table side knows.
ELSEWHERE = {
    "table": ("synthesis/parts.rs", "TablePart"),
    "sampling": ("synthesis/parts.rs", "Sampling"),
    "privacy": ("synthesis/private/release.rs", "Plan"),
}


def written(name):
    """The values of a recipe by section and key, as its file has them."""
    values, section = {}, None
    for line in (RECIPES / f"{name}.toml").read_text(encoding="utf-8").splitlines():
        head = re.match(r"\[(\w+)\]", line)
        if head:
            section = head[1]
        pair = re.match(r'(\w+) = ("[^"]*"|\[[^]]*\]|[^#\s]+)', line)
        if pair and section:
            values[section, pair[1]] = pair[2]
    return values


def page():
    """The whole page."""
    formats = Formats()
    recipe = formats.find("Recipe", HOUSE / "src/training/gan/recipe/mod.rs")
    recipes = {name: written(name) for name in NAMES}
    known = set()
    lines = [
        "# Keys of a recipe",
        "",
        "Reference: every key, and its value in the built-in recipes; `-` where a recipe leaves it out.",
        "`mellizo recipe NAME` prints a recipe to change, `--set SECTION.KEY=VALUE` changes a key, and",
        "`mellizo recipe NAME --resolved` says what set each.",
        "[Recipes](../recipes.md) has the experiments behind the values.",
        "",
    ]
    for part in recipe.members:
        if part.key == "name":
            continue
        path, name = ELSEWHERE.get(part.key, (None, re.sub(r"Option<(.*)>", r"\1", part.kind)))
        file = recipe.file if path is None else HOUSE / "src" / path
        kind = formats.find(name, file)
        lines += [f"## {part.key}", kind.doc, ""]
        lines += ["| key | value | meaning | joint | private | paper |", "|---|---|---|---|---|---|"]
        for one in kind.members:
            if not one.doc:
                raise SystemExit(f"docs/reference: {kind.name}.{one.key} of {kind.file} has no doc comment")
            known.add((part.key, one.key))
            values = [recipes[of].get((part.key, one.key)) for of in NAMES]
            shown = " | ".join("-" if value is None else f"`{value}`" for value in values)
            value = cell(formats.word(one.kind, kind.file, []))
            lines.append(f"| `{one.key}` | {value} | {cell(one.doc)} | {shown} |")
        lines.append("")
    for name, values in recipes.items():
        if strange := sorted(set(values) - known):
            raise SystemExit(f"docs/reference: {name}.toml has keys that no struct has: {strange}")
    return "\n".join(lines).rstrip() + "\n"
