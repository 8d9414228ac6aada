"""Tables in and out: what is handed over, and the dtypes that come back.

pandas, polars and pyarrow are looked up only where a table of theirs is in hand, so that importing
this package stays quick.
"""

from __future__ import annotations

import operator
import os
import sys
from os import PathLike
from typing import Any, Dict, List, Mapping, Optional, Set

from ._errors import UsageError

Frame = Dict[str, Any]


def _is(data: Any, module: str, name: str) -> bool:
    """Whether something is of a class of a library, without importing the library."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(data, getattr(loaded, name))


def eager(data: Any) -> Any:
    """A lazy table as the table that it stands for, made once."""
    return data.collect() if _is(data, "polars", "LazyFrame") else data


def handed_over(data: Any) -> Any:
    """A path, or an object with ``__arrow_c_stream__``."""
    if isinstance(data, (str, PathLike)):
        return as_path(data)
    if _is(data, "pandas", "DataFrame"):
        from ._pandas import to_arrow

        return to_arrow(data)
    data = eager(data)
    if _is(data, "polars", "DataFrame"):
        from ._polars import to_arrow as of_polars

        return of_polars(data)
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, type):
        return data
    kind = type(data).__name__
    text = f"a {kind} is no table: give a DataFrame, an Arrow table or the path of a file"
    raise UsageError(text, exit_code=2)


def as_path(path: Any) -> str:
    """A path as text; one that no file can have is refused."""
    try:
        return os.fsdecode(os.fsencode(path))
    except (TypeError, UnicodeEncodeError):
        raise UsageError(f"{path!r} is no path of a file", exit_code=2) from None


def whole(name: str, number: Any, bits: int = 63) -> int:
    """An argument that is a whole number of 0 or more, of so many bits."""
    try:
        value = operator.index(number)
    except TypeError:
        raise UsageError(f"{name}={number!r}: it is a whole number", exit_code=2) from None
    if not 0 <= value < 2**bits:
        raise UsageError(f"{name}={number!r}: it is from 0 to 2**{bits} - 1", exit_code=2)
    return value


def texts(name: str, given: Any) -> List[str]:
    """An argument that is one text or several."""
    found = [given] if isinstance(given, str) else given
    if not hasattr(found, "__iter__"):
        raise UsageError(f"{name}={given!r}: it is a text or a list of texts", exit_code=2)
    return [readable(name, str(text)) for text in found]


def readable(name: str, text: str) -> str:
    """A text that is Unicode; half of a character (a surrogate) is refused."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{name}={text!r}: it is no Unicode", exit_code=2) from None
    return text


def describe(data: Any) -> Optional[Frame]:
    """The dtypes of a table, as plain data that a model file can keep; None for a file."""
    if _is(data, "pandas", "DataFrame"):
        from ._pandas import describe as of_pandas

        return {"library": "pandas", "columns": of_pandas(data)}
    if _is(data, "polars", "DataFrame"):
        from ._polars import describe as of_polars

        return {"library": "polars", "columns": of_polars(data)}
    if _is(data, "pyarrow", "Table"):
        columns = {
            field.name.strip(): {"dtype": str(field.type), "label": field.name}
            for field in data.schema
        }
        return {"library": "arrow", "columns": columns}
    return None


_TEXTS = ("object", "str", "string", "String", "large_string", "string_view")


def as_text(frame: Optional[Mapping[str, Any]]) -> Set[str]:
    """Columns that were text: they come back as the text that a CSV would have."""
    if frame is None:
        return set()
    return {
        name
        for name, column in frame["columns"].items()
        if column["dtype"].split("[")[0] in _TEXTS and column.get("holds", "string") == "string"
    }


def restored(native: Any, frame: Optional[Mapping[str, Any]], to: Optional[str]) -> Any:
    """Patients as a table of the library and with the dtypes that came in."""
    library = to or (frame["library"] if frame is not None else _installed())
    columns = frame["columns"] if frame is not None and frame["library"] == library else {}
    if library == "pandas":
        from ._pandas import from_arrow

        return from_arrow(native, columns)
    if library == "polars":
        from ._polars import from_arrow as of_polars

        return of_polars(native, columns)
    if library == "arrow":
        from ._arrow import from_arrow as of_arrow

        return of_arrow(native, columns)
    raise UsageError(f'to={library!r}: it is "pandas", "polars" or "arrow"', exit_code=2)


def _installed() -> str:
    from importlib.util import find_spec

    for library, needs in (("pandas", "pyarrow"), ("polars", "polars"), ("arrow", "pyarrow")):
        names: List[str] = [{"arrow": "pyarrow"}.get(library, library), needs]
        if all(find_spec(name) is not None for name in names):
            return library
    text = "no library for tables is there: pip install 'mellizo[pandas]' or 'mellizo[polars]'"
    raise UsageError(text, exit_code=2)
