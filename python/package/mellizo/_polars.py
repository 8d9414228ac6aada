"""Tables of polars."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import polars as pl


def describe(data: pl.DataFrame) -> Dict[str, Any]:
    """Every column's dtype as plain data."""
    # The text without blanks around it is the column's name, as in a CSV.
    return {name.strip(): {**_about(dtype), "label": name} for name, dtype in data.schema.items()}


def to_arrow(data: pl.DataFrame) -> pl.DataFrame:
    """The same without types that are not handed over: empty columns, and whole numbers of 128 bits,
    as texts."""
    texts = [
        name
        for name, dtype in data.schema.items()
        if dtype.base_type().__name__ in ("Null", "Int128", "UInt128")
    ]
    return data.with_columns(pl.col(texts).cast(pl.String)) if texts else data


def _about(dtype: Any) -> Dict[str, Any]:
    about: Dict[str, Any] = {"dtype": dtype.base_type().__name__}
    if isinstance(dtype, pl.Enum):
        about["categories"] = dtype.categories.to_list()
    elif isinstance(dtype, pl.Datetime):
        about["unit"], about["zone"] = dtype.time_unit, dtype.time_zone
    elif isinstance(dtype, pl.Decimal):
        about["precision"], about["scale"] = dtype.precision, dtype.scale
    return about


def _dtype(about: Mapping[str, Any]) -> Any:
    name = about["dtype"]
    if name == "Enum":
        return pl.Enum(about["categories"])
    if name == "Datetime":
        return pl.Datetime(about["unit"], about["zone"])
    if name == "Decimal":
        return pl.Decimal(about["precision"], about["scale"])
    return getattr(pl, name)


def from_arrow(native: Any, columns: Mapping[str, Any]) -> pl.DataFrame:
    """Patients with the dtypes that came in."""
    table = pl.DataFrame(native)
    return table.select(
        _column(series, columns[series.name]).alias(columns[series.name].get("label", series.name))
        if series.name in columns
        else series
        for series in table
    )


def _column(series: pl.Series, about: Mapping[str, Any]) -> pl.Series:
    wanted = _dtype(about)
    if series.dtype == wanted:
        return series
    if isinstance(series.dtype, (pl.Categorical, pl.Enum)):
        series = series.cast(pl.String)
    if wanted == pl.Boolean:
        return series == "True" if series.dtype == pl.String else series.cast(pl.Boolean)
    if about["dtype"] == "Enum":
        # A level for what too few patients had is none of the categories that came in.
        known = list(about["categories"])
        new = [text for text in series.unique(maintain_order=True) if text not in (None, *known)]
        return series.cast(pl.Enum(known + new))
    if about["dtype"] == "Datetime":
        return _moments(series, about)
    if series.dtype == pl.String and about["dtype"] == "Date":
        return series.str.to_date("%Y-%m-%d")
    if series.dtype == pl.String and about["dtype"] == "Time":
        return series.str.to_time("%H:%M:%S")
    return series.cast(wanted)


def _moments(series: pl.Series, about: Mapping[str, Any]) -> pl.Series:
    if series.dtype == pl.String:
        whole = series.str.contains("T").any()
        series = series.str.to_datetime("%Y-%m-%dT%H:%M:%S" if whole else "%Y-%m-%d")
    series = series.cast(pl.Datetime(about["unit"]))
    if about["zone"] is not None:
        series = series.dt.replace_time_zone("UTC").dt.convert_time_zone(about["zone"])
    return series
