"""The page of commands: their options as `--help` prints them, which a test compares with the program."""

import html
import re

from rust import HOUSE

HELP = HOUSE / "tests/fixtures/help"


def long_help(name):
    """What `mellizo NAME --help` prints."""
    text = (HELP / f"{name}.txt").read_text(encoding="utf-8")
    return re.split(r"^\$ mellizo .*--help\n", text, flags=re.MULTILINE)[1].rstrip("\n")


def commands():
    """The commands in the order of the whole help."""
    listed = long_help("mellizo").split("\nCommands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)]


def sections(text):
    """The parts of a help text by their titles; what stands before them has the title ''."""
    parts, title = {"": []}, ""
    for line in text.splitlines():
        head = re.fullmatch(r"([A-Z][\w '-]*):", line)
        if head:
            title = head[1]
        parts.setdefault(title, [])
        if not head:
            parts[title].append(line)
    return parts


def options(lines):
    """Options, or arguments, with the paragraphs under them."""
    found = []
    for line in lines:
        if re.match(r" {2,6}(-|\[|<)", line):
            found.append([line.strip(), []])
        elif found:
            found[-1][1].append(line.strip())
    return found


def described(lines):
    """The paragraphs of an option as one line of Markdown."""
    text, values = [], []
    for line in lines:
        value = re.match(r"- ([\w-]+):\s*(.*)", line)
        if value:
            values.append(f"`{value[1]}`: {value[2]}")
        elif line and line != "Possible values:":
            text.append(re.sub(r"\[default: (.*)\]", r"Default: `\1`.", line))
    sentence = " ".join(part if part.endswith((".", "`.")) else part + "." for part in text)
    return sentence + (" " + "; ".join(values) + "." if values else "")


def code(text):
    """Code in a cell of a table, in which a bar would end the cell."""
    if "|" not in text:
        return f"`{text}`"
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


def command(name):
    """The section of a command."""
    parts = sections(long_help(name))
    about = [line for line in parts[""] if line]
    usage = next(line for line in about if line.startswith("Usage:"))
    text = [line for line in about if line != usage]
    lines = [f"## {name}", "\n\n".join(text), "", "```", usage.removeprefix("Usage: "), "```", ""]
    for title, body in parts.items():
        if title in ("", "Commands"):
            continue
        if title == "Examples":
            lines += ["```sh", *(line[2:] for line in body if line), "```", ""]
            continue
        if title not in ("Options", "Arguments"):
            lines += [f"{title}:", ""]
        lines += [f"| {'argument' if title == 'Arguments' else 'option'} | meaning |", "|---|---|"]
        for flags, about in options(body):
            lines.append(f"| {code(flags)} | {described(about).replace('|', '&#124;')} |")
        lines.append("")
    return lines


def page():
    """The whole page."""
    lines = [
        "# Commands and options",
        "",
        "Reference: what `mellizo COMMAND --help` prints.",
        "[The command line](../command-line.md) explains what needs more than a line, exit codes and",
        "environment variables.",
        "",
    ]
    for name in commands():
        if name != "help":
            lines += command(name)
    return "\n".join(lines).rstrip() + "\n"
