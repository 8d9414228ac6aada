"""Arguments that make no sense, and Arrow that is broken: an exception of mellizo, and no crash."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mellizo
from conftest import RECIPE, made_up
from mellizo.sdv import MellizoSynthesizer

ROWS = 40

WRONG = [
    ("seed", -1), ("seed", 2**70), ("seed", "a"), ("seed", 1.5), ("seed", None),
    ("holdout", "0.2"), ("holdout", float("nan")), ("epochs", -1), ("epochs", 2**40),
    ("steps", -1), ("batch", 0), ("models", "1"), ("settings", 3), ("settings", "a=b"),
    ("settings", {"\ud800": 1}), ("schema", 3), ("schema", {3: object()}), ("schema", "\ud800"),
    ("schema", {"column": [{"name": "age", "range": [float("nan"), 1]}]}), ("drop", 3),
    ("drop", ["\ud800"]), ("patient", 3), ("time", 3), ("missing", 3), ("delta", "x"),
    ("targets", 3), ("name", "\ud800"), ("recipe", "\ud800"), ("recipe", None), ("backend", None),
    ("adapter", 3), ("early_stopping", "x"),
]  # fmt: skip


@pytest.mark.parametrize("name, value", WRONG, ids=lambda of: ascii(of)[:20])
def test_an_argument_of_fit(cohort, name, value):
    with pytest.raises(mellizo.UsageError) as caught:
        mellizo.fit(cohort, **{**RECIPE, name: value})
    # Some are told of in the words of the command, or as paths.
    told = str(caught.value)
    assert name in told or name in ("batch", "holdout", "recipe", "schema"), told


def test_arguments_of_a_model(model):
    for rows in (-1, 2**64, 1.5, "3"):
        with pytest.raises(mellizo.UsageError, match="rows"):
            model.sample(rows)
        with pytest.raises(mellizo.UsageError, match="rows"):
            model.report(rows=rows)
    for more in ({"start": -1}, {"start": 2**64}, {"seed": -1}, {"seed": "x"}, {"where": 3}):
        with pytest.raises(mellizo.UsageError, match=next(iter(more))):
            model.sample(3, **more)
    with pytest.raises(mellizo.UsageError, match="where"):
        model.sample(3, where="sex=\ud800")
    with pytest.raises(mellizo.UsageError, match="path"):
        mellizo.load(3)
    assert len(model.sample(np.int64(3), seed=2**64 - 1)) == 3


def test_arguments_of_evaluate(cohort):
    for more in ({"seed": -1}, {"drop": 3}, {"missing": 3}, {"schema": 3}, {"time": 3}):
        with pytest.raises(mellizo.UsageError, match=next(iter(more))):
            mellizo.evaluate(cohort, cohort, **more)


class Stream:
    """Something that says it is an Arrow stream."""

    def __init__(self, what):
        self.what = what

    def __arrow_c_stream__(self, requested_schema=None):
        return self.what


@pytest.mark.parametrize(
    "data",
    [Stream(None), Stream(pa.array([1]).__arrow_c_array__()[0]), pd.DataFrame, "\ud800.csv",
     pl.Series("a", [1, 2]), pa.chunked_array([[1, 2]]), {"a": [1]}, np.zeros((3, 3))],
    ids=lambda of: ascii(of)[:30],
)  # fmt: skip
def test_what_is_no_table(data):
    with pytest.raises(mellizo.UsageError):
        mellizo.fit(data, **RECIPE)


def texts(places, cells):
    """A column of texts made of its parts, which nobody checks."""
    parts = [None, pa.py_buffer(np.asarray(places, "int32")), pa.py_buffer(cells)]
    return pa.Array.from_buffers(pa.string(), ROWS, parts)


def places(**wrong):
    of = np.arange(0, 2 * ROWS + 1, 2)
    of[5] = wrong.get("fifth", of[5])
    return of


BROKEN = {
    "no UTF-8": texts(places(), b"\xff\xfe" * ROWS),
    "a place beyond the end": texts(places(fifth=10**6), b"ab" * ROWS),
    "a negative place": texts(places(fifth=-3), b"ab" * ROWS),
    "levels that are no UTF-8": pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * (ROWS // 2), pa.int8()), texts(places(), b"\xff\xfe" * ROWS)
    ),
    "levels that are not there": pa.DictionaryArray.from_arrays(
        pa.Array.from_buffers(pa.int8(), ROWS, [None, pa.py_buffer(np.full(ROWS, 77, "int8"))]),
        pa.array(["a", "b"]),
        safe=False,
    ),
    "a moment beyond the years": pa.array([2**62] * ROWS, pa.timestamp("s")),
    "a negative time of day": pa.array([-5] * ROWS, pa.int64()).view(pa.time64("us")),
    "infinity": pa.array([np.inf] + [1.0] * (ROWS - 1)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_column_of_arrow(name):
    ages, sexes = np.arange(ROWS) % 17, ["f", "m"] * (ROWS // 2)
    table = pa.table({"age": ages, "sex": sexes, "odd": BROKEN[name]})
    with pytest.raises(mellizo.InputError) as caught:
        mellizo.fit(table, **RECIPE)
    assert caught.value.column == "odd"


@pytest.mark.parametrize("label", ["a\ud800", "a\nb", "a\x00b", None, float("nan"), b"x", True,
                                   datetime.date(2020, 1, 1), 2**70], ids=ascii)  # fmt: skip
def test_a_label(label):
    table = made_up(ROWS)[["age", "sex", "dose", "dead"]]
    table.columns = pd.Index([label, "sex", "dose", "dead"], dtype=object)
    try:
        assert mellizo.fit(table, **{**RECIPE, "holdout": None}).sample(5).shape == (5, 4)
    except mellizo.InputError as error:
        assert (error.row, error.column) == (0, "a\\ud800")


class Silent:
    """A cell of which no text can be made."""

    def __str__(self):
        raise RuntimeError("no text")


def test_a_cell_without_a_text(cohort):
    cells = ["a"] * len(cohort)
    cells[7] = Silent()
    table = cohort.assign(odd=pd.Series(cells, dtype=object))
    with pytest.raises(mellizo.InputError) as caught:
        mellizo.fit(table, **RECIPE)
    assert (caught.value.row, caught.value.column) == (8, "odd")


def test_metadata_of_sdv(cohort):
    for about in (None, 3, {"columns": {"age": 3}}):
        with pytest.raises(mellizo.UsageError):
            MellizoSynthesizer(about)
    with pytest.raises(mellizo.UsageError, match="table"):
        MellizoSynthesizer({"columns": {}}).fit(None)
