"""Tables of pandas."""

from __future__ import annotations

import math
from typing import Any, Dict, Mapping

import pandas as pd

from ._arrow import cast
from ._errors import InputError, UsageError

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover
    text = "tables of pandas are handed over by pyarrow: pip install pyarrow"
    raise UsageError(text, exit_code=2) from error


def to_arrow(data: pd.DataFrame) -> pa.Table:
    """The columns, without a copy of numbers; the index is no column."""
    arrays = []
    for at, name in enumerate(data.columns):
        if not _is_unicode(str(name)):
            raise _refused(0, repr(name)[1:-1], f"the name {HALF}", "give it another name")
        column = data.iloc[:, at]
        try:
            arrays.append(pa.Array.from_pandas(column))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            # Cells of several types: each as its text, as in a CSV.
            arrays.append(_mixed(column, str(name)))
    return pa.Table.from_arrays(arrays, names=[str(name) for name in data.columns])


#: What Python's texts can have and no file can.
HALF = "with half of a character (a surrogate), which is no Unicode"


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _mixed(column: pd.Series, name: str) -> pa.Array:
    cells = []
    for row, cell in enumerate(column, start=1):
        if isinstance(cell, (list, tuple, dict, set, bytes)) or getattr(cell, "ndim", False):
            problem = f"a cell of type {type(cell).__name__}"
            raise _refused(row, name, problem, "make it text, a number or a date, or leave it out")
        try:
            text = None if pd.isna(cell) else str(cell)
        except Exception:
            # What it says may hold the cell, and a traceback prints it.
            problem = f"a cell of type {type(cell).__name__}, of which no text can be made"
            raise _refused(row, name, problem, "make it text, or leave it out") from None
        if text is not None and not _is_unicode(text):
            raise _refused(row, name, f"a text {HALF}", "correct the text, or leave it out")
        cells.append(text)
    return pa.array(cells, type=pa.string())


def _refused(row: int, name: str, problem: str, remedy: str) -> InputError:
    where = f"row {row}" if row else "header"
    text = f"DataFrame, {where}, column {name!r}: {problem}; {remedy}"
    return InputError(
        text, file="DataFrame", row=row, column=name, problem=problem, remedy=remedy
    )


def describe(data: pd.DataFrame) -> Dict[str, Any]:
    """Every column's dtype as plain data."""
    columns: Dict[str, Any] = {}
    for at, name in enumerate(data.columns):
        column = data.iloc[:, at]
        dtype = column.dtype
        about: Dict[str, Any] = {"dtype": str(dtype)}
        if isinstance(dtype, pd.ArrowDtype):
            about["arrow"] = str(dtype.pyarrow_dtype)
        elif isinstance(dtype, pd.CategoricalDtype):
            values = dtype.categories
            about["ordered"] = bool(dtype.ordered)
            about["categories"] = [_plain(value) for value in values.tolist()]
            about["of"] = str(values.dtype)
        elif dtype == object:
            about["holds"] = _holds(column)
        # The text without blanks around it is the column's name, as in a CSV.
        text = str(name).strip()
        if text != name:
            about["label"] = _label(name)
        columns[text] = about
    return columns


def _label(name: Any) -> Any:
    """A label as plain data: that of several levels is a list."""
    if isinstance(name, tuple):
        return [_label(part) for part in name]
    return _plain(getattr(name, "item", lambda: name)())


def _plain(value: Any) -> Any:
    known = isinstance(value, (bool, int, float, str))
    # JSON has no name for NaN and the infinities.
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if known and finite else str(value)


def _holds(column: pd.Series) -> str:
    """What the cells of a column of objects are."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    known = {"boolean": "boolean", "date": "date", "time": "time", "datetime": "datetime"}
    return known.get(kind, "integer" if kind == "integer" else "string")


def from_arrow(native: Any, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Patients with the dtypes that came in; usual ones where nothing is known."""
    table = pa.table(native)
    series = {
        name: _column(table.column(at), columns.get(name))
        for at, name in enumerate(table.column_names)
    }
    made = pd.DataFrame(series, columns=table.column_names)
    labels = [columns.get(name, {}).get("label", name) for name in table.column_names]
    if labels and all(isinstance(label, list) for label in labels):
        made.columns = pd.MultiIndex.from_tuples([tuple(label) for label in labels])
    elif labels != table.column_names:
        made.columns = [tuple(label) if isinstance(label, list) else label for label in labels]
    return made


def _column(column: pa.ChunkedArray, about: Any) -> pd.Series:
    if about is None:
        return _usual(column)
    dtype = about["dtype"]
    if "arrow" in about:
        kind = pa.type_for_alias(about["arrow"])
        return pd.Series(pd.arrays.ArrowExtensionArray(cast(_strings(column), kind)))
    if dtype == "category":
        return _category(_strings(column), about)
    if dtype == "object":
        return _objects(column, about["holds"])
    if dtype.startswith("datetime64"):
        return _moments(column, dtype)
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        return _of_texts(_strings(column), dtype)
    return _numbers(column, dtype)


def _usual(column: pa.ChunkedArray) -> pd.Series:
    """Levels as categories, whole numbers as integers, nullable where a cell is missing."""
    if pa.types.is_integer(column.type) and column.null_count:
        return column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if pa.types.is_date(column.type):
        return pd.to_datetime(column.to_pandas())
    return column.to_pandas()


def _strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _category(column: pa.ChunkedArray, about: Mapping[str, Any]) -> pd.Series:
    values = about["categories"]
    index = pd.Index(values)
    try:
        index = index.astype(about["of"])
    except (TypeError, ValueError):
        pass
    place = {_text(value): at for at, value in enumerate(values)}
    cells = _as_texts(column)
    # A level for what too few patients had is none of the categories that came in.
    new = [text for text in dict.fromkeys(cells) if text is not None and text not in place]
    if new:
        index = pd.Index(index.astype(object).tolist() + new, dtype=object)
        place.update({text: len(values) + at for at, text in enumerate(new)})
    codes = [-1 if text is None else place[text] for text in cells]
    return pd.Series(pd.Categorical.from_codes(codes, index, ordered=about["ordered"]))


def _as_texts(column: pa.ChunkedArray) -> list:
    """Cells as the texts of categories: a whole number is the same however it is written."""
    return [None if cell is None else _text(cell) for cell in column.to_pylist()]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _objects(column: pa.ChunkedArray, holds: str) -> pd.Series:
    column = _strings(column)
    cells = column.to_pylist()
    if holds == "boolean" and pa.types.is_string(column.type):
        cells = [None if cell is None else cell == "True" for cell in cells]
    elif holds == "integer":
        cells = [None if cell is None else int(cell) for cell in cells]
    elif holds == "date" and pa.types.is_string(column.type):
        cells = pd.to_datetime(pd.Series(cells)).dt.date.tolist()
    return pd.Series(cells, dtype=object)


def _moments(column: pa.ChunkedArray, dtype: str) -> pd.Series:
    cells = pd.to_datetime(pd.Series(_strings(column).to_pylist(), dtype=object), format="ISO8601")
    wanted = pd.api.types.pandas_dtype(dtype)
    zone = getattr(wanted, "tz", None)
    if zone is not None:
        cells = cells.dt.tz_localize("UTC").dt.tz_convert(zone)
    return cells.astype(wanted)


def _of_texts(column: pa.ChunkedArray, dtype: str) -> pd.Series:
    """Levels and texts as a dtype: the levels of a column of numbers are its few values."""
    cells = column.to_pylist()
    wanted = pd.api.types.pandas_dtype(dtype)
    if pd.api.types.is_bool_dtype(wanted):
        truth = [None if cell is None else cell == "True" for cell in cells]
        return _filled(pd.Series(truth, dtype="boolean"), dtype)
    if pd.api.types.is_numeric_dtype(wanted):
        numbers = [None if cell is None else _number(cell) for cell in cells]
        if pd.api.types.is_float_dtype(wanted):
            return _filled(pd.Series(numbers, dtype="Float64"), dtype)
        whole = all(number is None or isinstance(number, int) for number in numbers)
        signed = "UInt64" if pd.api.types.is_unsigned_integer_dtype(wanted) else "Int64"
        return _filled(pd.Series(numbers, dtype=signed if whole else "Float64"), dtype)
    return pd.Series(cells, dtype=wanted)


def _number(text: str) -> Any:
    """Whole where it is, so that no digit of a large one is lost."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def _numbers(column: pa.ChunkedArray, dtype: str) -> pd.Series:
    wanted = pd.api.types.pandas_dtype(dtype)
    nullable = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}
    if pd.api.types.is_float_dtype(wanted) and not pd.api.types.is_extension_array_dtype(wanted):
        return column.cast(pa.float64()).to_pandas().astype(wanted)
    return _filled(column.to_pandas(types_mapper=nullable.get), dtype)


def _filled(cells: pd.Series, dtype: str) -> pd.Series:
    """As a dtype; as the nullable one where a cell is missing that it has no room for."""
    try:
        return cells.astype(dtype)
    except (TypeError, ValueError, OverflowError):
        return cells
