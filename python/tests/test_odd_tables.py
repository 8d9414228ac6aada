"""Whatever stands in a DataFrame: a model, or an exception of mellizo that names the column."""

import datetime
import decimal
import fractions
import uuid
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mellizo
from conftest import RECIPE, made_up

ROWS = 40
COUNT = range(ROWS)
NONE = [None] * ROWS

#: A column each. What it means is for a person to say; that nothing breaks is for this test.
ODD = {
    "no categories": pd.Categorical(NONE),
    "one category": pd.Categorical(["a"] * ROWS),
    "categories of several types": pd.Categorical([1, "b", 2.5, None] * (ROWS // 4)),
    "categories of dates": pd.Categorical([datetime.date(2020, 1, 1 + at % 3) for at in COUNT]),
    "categories of truth values": pd.Categorical([at % 3 == 0 for at in COUNT]),
    "categories with blanks": pd.Categorical([" a", "a ", "b", ""] * (ROWS // 4)),
    "many categories": pd.Categorical([f"level {at % 30}" for at in COUNT]),
    "nothing": NONE,
    "NaN": np.full(ROWS, np.nan),
    "NA": pd.array([pd.NA] * ROWS, "Int64"),
    "NaT": pd.Series([pd.NaT] * ROWS),
    "infinity": [np.inf if at == 7 else float(at) for at in COUNT],
    "one infinity": np.where(np.arange(ROWS) == 7, -np.inf, 1.0),
    "tiny": np.full(ROWS, 5e-324) * (np.arange(ROWS) % 3),
    "huge": np.full(ROWS, 1.7e308) * (np.arange(ROWS) % 3 - 1),
    "minus zero": np.where(np.arange(ROWS) % 2 == 0, -0.0, 0.0),
    "large integers": np.arange(ROWS, dtype="uint64") + np.uint64(2**63),
    "larger integers": [2**70 + at for at in COUNT],
    "half precision": np.arange(ROWS, dtype="float16"),
    "complex": np.arange(ROWS) * 1j,
    "decimals": [decimal.Decimal(at) / 4 for at in COUNT],
    "fractions": [fractions.Fraction(at, 3) for at in COUNT],
    "durations": pd.to_timedelta(range(ROWS), "h"),
    "periods": pd.period_range("2020-01", periods=ROWS, freq="M"),
    "intervals": pd.interval_range(0, ROWS),
    "cut": pd.cut(np.arange(ROWS), 4),
    "sparse": pd.arrays.SparseArray(np.arange(ROWS) % 3),
    "uuids": [uuid.UUID(int=at) for at in COUNT],
    "nested": pd.Series([[at] for at in COUNT]),
    "bytes": [bytes([at]) for at in COUNT],
    "objects": [object() for _ in COUNT],
    "types": [int] * ROWS,
    "mixed": [1, "two", 3.0, True] * (ROWS // 4),
    "mixed truth": [True, None, "False", 0] * (ROWS // 4),
    "dates and moments": [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 2, 3)] * (ROWS // 2),
    "years far away": [datetime.date(1 + at * 120, 1, 1) for at in COUNT],
    "two time zones": [pd.Timestamp("2020-01-01", tz=zone) for zone in ["UTC", "Asia/Tokyo"]] * (ROWS // 2),
    "nanoseconds": pd.to_datetime(np.arange(ROWS) * 1234567, unit="ns"),
    "seconds": np.arange(ROWS).astype("datetime64[s]"),
    "times": [datetime.time(at % 24, at % 60, 1, 5) for at in COUNT],
    "long texts": ["x" * 200_000 if at == 3 else "short" for at in COUNT],
    "surrogates": pd.Series(["\ud800" if at == 3 else "ab"[at % 2] for at in COUNT], dtype=object),
    "line ends": ["a\r\nb", 'quote " here', "comma, here", "\x00"] * (ROWS // 4),
    "formulas": ["=1+1", "@here", "-2", "+x"] * (ROWS // 4),
    "arrow lists": pd.Series([[at] for at in COUNT], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
    "arrow dates": pd.Series([datetime.date(2020, 1, 1)] * ROWS, dtype=pd.ArrowDtype(pa.date32())),
    "arrow decimals": pd.Series(
        [decimal.Decimal(at) for at in COUNT], dtype=pd.ArrowDtype(pa.decimal128(20, 3))
    ),
}


def tried(table):
    """Patients, or the exception; anything but an exception of mellizo fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return mellizo.fit(table, **{**RECIPE, "holdout": None, "epochs": 1}).sample(20)
        except mellizo.MellizoError as error:
            assert error.exit_code in (2, 3), error
            return error


@pytest.mark.parametrize("name", ODD)
def test_an_odd_column(name):
    table = made_up(ROWS)[["age", "sex", "dose", "dead"]].assign(odd=ODD[name])
    found = tried(table)
    if isinstance(found, mellizo.MellizoError):
        assert getattr(found, "column", None) == "odd", found
    else:
        assert len(found) == 20 and set(found) <= set(table)


@pytest.mark.parametrize(
    "kind",
    [pl.Decimal(20, 2), pl.Duration("us"), pl.List(pl.Int64), pl.Object, pl.Binary, pl.Null, pl.Int128],
    ids=str,
)
def test_an_odd_column_of_polars(kind):
    cells = {
        pl.Duration("us"): [datetime.timedelta(hours=at) for at in COUNT],
        pl.List(pl.Int64): [[at] for at in COUNT],
        pl.Object: [object() for _ in COUNT],
        pl.Binary: [bytes([at]) for at in COUNT],
        pl.Null: NONE,
    }.get(kind, list(COUNT))
    table = pl.DataFrame({"age": [at % 17 for at in COUNT], "sex": ["f", "m"] * (ROWS // 2)})
    found = tried(table.with_columns(pl.Series("odd", cells, dtype=kind)))
    if isinstance(found, mellizo.MellizoError):
        assert "odd" in str(found), found


@pytest.mark.parametrize(
    "labels",
    [[0, 1, 2, 3], [("a", 1), ("a", 2), ("b", 1), ("b", 2)], [1.5, 2.5, 3.5, 4.5]],
    ids=["numbers", "levels", "fractions"],
)
def test_labels_that_are_no_texts_come_back(labels):
    table = made_up(ROWS)[["age", "sex", "dose", "dead"]]
    table.columns = pd.MultiIndex.from_tuples(labels) if labels[0] == ("a", 1) else labels
    assert tried(table).columns.tolist() == table.columns.tolist()


def test_labels_with_blanks_come_back_with_their_dtypes():
    table = made_up(ROWS)[["age", "sex", "stage", "visits"]].rename(columns=lambda name: f" {name} ")
    back = tried(table)
    assert back.dtypes.to_dict() == table.dtypes.to_dict()
    sexes = pl.Series(["f", "m"] * (ROWS // 2), dtype=pl.Enum(["f", "m"]))
    other = pl.DataFrame({" age ": [at % 31 for at in COUNT], " sex ": sexes})
    assert tried(other).schema == other.schema


@pytest.mark.parametrize("labels", [["a", "a", "b", "c"], [1, "1", 2, 3], ["", "b", "c", "d"]], ids=str)
def test_labels_that_are_none(labels):
    table = made_up(ROWS)[["age", "sex", "dose", "dead"]]
    table.columns = labels
    assert isinstance(tried(table), mellizo.InputError)


def test_a_cell_of_polars_and_arrow_names_row_and_column():
    cells = [str(at % 31) for at in COUNT]
    cells[31] = "kidney"
    columns = {"age": [at % 17 for at in COUNT], "sex": ["f", "m"] * (ROWS // 2), "lab": cells}
    for table in (pl.DataFrame(columns), pa.table(columns)):
        error = tried(table)
        assert (error.row, error.column) == (32, "lab") and "kidney" not in str(error)
