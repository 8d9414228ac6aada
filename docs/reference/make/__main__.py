"""Writes the pages of docs/reference from the sources, in a second and without a build.

    python3 docs/reference/make            writes them
    python3 docs/reference/make --check    fails where a page is not what the sources say

Commands come from `tests/fixtures/help`, which a test compares with what the program prints.
Keys and their meaning are the fields and the doc comments of the structs that files are read into.
"""

import sys

sys.dont_write_bytecode = True

import by_hand
import commands
import formats
import python_api
import recipes
from rust import HOUSE

PAGES = {"commands": commands, "recipes": recipes, "formats": formats, "python": python_api}


def main():
    """Write or compare all pages; the exit code."""
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        print(__doc__, file=sys.stderr)
        return 2
    lines = by_hand.problems()
    for name, module in PAGES.items():
        path = HOUSE / f"docs/reference/{name}.md"
        text = module.page()
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if check and text != before:
            lines.append(f"docs/reference/{name}.md is not what the sources say")
        elif text != before:
            path.write_text(text, encoding="utf-8")
            print(f"docs/reference/{name}.md")
    for line in lines:
        print(line, file=sys.stderr)
    if lines and check:
        print("python3 docs/reference/make writes the pages of docs/reference", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
