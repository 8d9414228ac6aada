"""Tables of pyarrow."""

from __future__ import annotations

from typing import Any, Mapping

import pyarrow as pa
import pyarrow.compute as pc


def from_arrow(native: Any, columns: Mapping[str, Any]) -> pa.Table:
    """Patients with the types that came in."""
    table = pa.table(native)
    for at, field in enumerate(table.schema):
        wanted = columns.get(field.name, {}).get("dtype")
        if wanted is None or str(field.type) == wanted:
            continue
        column = table.column(at)
        if pa.types.is_dictionary(field.type):
            column = column.cast(pa.string())
        try:
            kind = pa.type_for_alias(wanted)
        except ValueError:
            # A type with parameters, such as a dictionary: the plain one is as good.
            continue
        table = table.set_column(at, field.name, cast(column, kind))
    return table.rename_columns(
        [columns.get(name, {}).get("label", name) for name in table.column_names]
    )


def cast(column: Any, kind: Any) -> Any:
    """As a type; truth values and days are read from what stands for them."""
    if pa.types.is_boolean(kind) and pa.types.is_string(column.type):
        return pc.equal(column, "True")
    if pa.types.is_date(column.type) and pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("s"))
    return column.cast(kind)
