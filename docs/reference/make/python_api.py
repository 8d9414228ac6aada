"""The page of the Python package: what its sources and their docstrings say, without a build."""

import ast
import inspect
import re

from rust import HOUSE

PACKAGE = HOUSE / "python/package/mellizo"


def modules():
    """The syntax trees of the package by module."""
    return {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.glob("*.py"))}


def public(trees):
    """Names that the package offers, with the module and the definition of each."""
    tree, found = trees["__init__"], {}
    assign = next(node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__")
    for name in ast.literal_eval(assign.value):
        for other in trees.values():
            for node in other.body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                    found[name] = node
    return found


def described(node):
    """A docstring as Markdown: its headings bold, its examples as code."""
    text = ast.get_docstring(node)
    if not text:
        raise SystemExit(f"docs/reference: {node.name} of the Python package has no docstring")
    lines, items, code = [], False, False
    rows = inspect.cleandoc(text).splitlines()
    for at, row in enumerate(rows):
        below = rows[at + 1] if at + 1 < len(rows) else ""
        if set(row) == {"-"}:
            continue
        if below and set(below) == {"-"}:
            lines += ["", f"**{row}**", ""]
            items = row == "Parameters"
            continue
        example = row.startswith(">>>") or (code and row.strip())
        if example and not code:
            lines += ["```python"]
        if code and not example:
            lines += ["```"]
        code = bool(example)
        if code:
            lines.append(row)
        elif items and re.fullmatch(r"[\w*]+(, [\w*]+)*", row):
            lines.append("- " + ", ".join(f"`{name.strip()}`" for name in row.split(",")) + ":")
        else:
            lines.append(re.sub(r":\w+:`([^`]+)`", r"`\1`", row).replace("``", "`"))
    return lines + (["```"] if code else []) + [""]


def argument(node, default, star=""):
    """An argument as it is written, with its default."""
    text = star + node.arg + (f": {ast.unparse(node.annotation)}" if node.annotation else "")
    if default is None:
        return text
    return text + (" = " if node.annotation else "=") + ast.unparse(default)


def arguments(node):
    """All arguments of a function but `self`."""
    of, listed = node.args, []
    missing = [None] * (len(of.args) - len(of.defaults))
    for one, default in zip(of.args, missing + of.defaults):
        if one.arg not in ("self", "cls"):
            listed.append(argument(one, default))
    if of.vararg:
        listed.append(argument(of.vararg, None, "*"))
    elif of.kwonlyargs:
        listed.append("*")
    listed += [argument(one, default) for one, default in zip(of.kwonlyargs, of.kw_defaults)]
    return listed + ([argument(of.kwarg, None, "**")] if of.kwarg else [])


def signature(node, name):
    """A function as it is called, an argument a line where the line would be long."""
    result = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    parts = arguments(node)
    line = f"{name}({', '.join(parts)}){result}"
    if len(line) > 90:
        line = f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){result}"
    return ["```python", line, "```"]


def function(node, name, level):
    return [f"{'#' * level} {name.split('.')[-1]}", *signature(node, name), *described(node)]


def decorated(node, word):
    return any(ast.unparse(one).split(".")[-1] == word for one in node.decorator_list)


def kind(node, name, level):
    """A class: its docstring, its methods, its properties."""
    lines = [f"{'#' * level} {name.split('.')[-1]}"]
    made = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    if bases:
        lines += ["```python", f"class {name}({bases})", "```"]
    elif made is not None and name.startswith("mellizo.sdv"):
        lines += signature(made, name)
    lines += described(node)
    properties = []
    for one in node.body:
        if not isinstance(one, ast.FunctionDef) or one.name.startswith("_"):
            continue
        if decorated(one, "property"):
            properties.append((one, ast.unparse(one.returns) if one.returns else ""))
        else:
            lines += function(one, f"{node.name}.{one.name}", level + 1)
    if properties:
        lines += ["| property | type | what it is |", "|---|---|---|"]
        for one, typed in properties:
            first = ast.get_docstring(one).split("\n\n")[0].replace("\n", " ")
            lines.append(f"| `{one.name}` | `{typed}` | {first} |")
        lines.append("")
    return lines


def page():
    """The whole page."""
    trees = modules()
    lines = [
        "# The Python package",
        "",
        "Reference: what `help(mellizo)` prints.",
        "[From Python](../python.md) explains it, [the tutorial](../first-cohort-python.md) begins with",
        "nothing.",
        "",
    ]
    found = public(trees)
    functions = [name for name, node in found.items() if isinstance(node, ast.FunctionDef)]
    errors = [name for name in found if name.endswith(("Error", "Warning"))]
    lines += ["## Functions", ""]
    for name in sorted(functions, key=["fit", "evaluate", "load"].__contains__, reverse=True):
        lines += function(found[name], f"mellizo.{name}", 3)
    lines += ["## Classes", ""]
    for name in found:
        if name not in functions and name not in errors:
            lines += kind(found[name], f"mellizo.{name}", 3)
    lines += ["## Errors and warnings", ""]
    for name in sorted(errors, key=lambda name: name != "MellizoError"):
        lines += kind(found[name], name, 3)
    lines += ["## mellizo.sdv", ""]
    for node in trees["sdv"].body:
        if isinstance(node, ast.ClassDef):
            lines += kind(node, f"mellizo.sdv.{node.name}", 3)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            lines += function(node, f"mellizo.sdv.{node.name}", 3)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
