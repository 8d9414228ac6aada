"""Bad input is an exception that names the place, never a panic."""

import traceback

import pandas as pd
import pytest

import mellizo
from conftest import RECIPE


def refused(table, **more):
    with pytest.raises(mellizo.MellizoError) as caught:
        mellizo.fit(table, **{**RECIPE, **more})
    return caught.value


def test_a_cell_names_row_and_column(cohort):
    table = cohort.assign(creatinine=cohort["creatinine"].astype(object))
    table.loc[41, "creatinine"] = "kidney"
    error = refused(table)
    assert isinstance(error, mellizo.InputError) and isinstance(error, ValueError)
    assert (error.row, error.column, error.exit_code) == (42, "creatinine", 3)
    assert "kidney" not in str(error) and error.remedy


@pytest.mark.parametrize(
    "cell", [[1, 2], {"a": 1}, b"bytes"], ids=["list", "mapping", "bytes"]
)
def test_cells_that_are_none(cohort, cell):
    table = cohort.assign(odd=pd.Series([cell] * len(cohort), dtype=object))
    error = refused(table)
    assert error.column == "odd" and isinstance(error, mellizo.InputError)


def test_a_traceback_holds_no_cell(cohort):
    class Cell:
        def __str__(self):
            raise RuntimeError("KANARIENVOGEL")

    table = cohort.assign(odd=pd.Series([Cell()] * len(cohort), dtype=object))
    text = "".join(traceback.format_exception(*_caught(table)))
    assert "no text can be made" in text and "KANARIENVOGEL" not in text


def _caught(table):
    error = refused(table)
    return type(error), error, error.__traceback__


def test_infinity(cohort):
    table = cohort.copy()
    table.loc[3, "creatinine"] = float("inf")
    error = refused(table)
    assert (error.row, error.column) == (4, "creatinine")


def test_what_is_no_table():
    for data in (None, 3, [1, 2], object()):
        assert isinstance(refused(data), mellizo.UsageError)


def test_tables_of_nothing(cohort):
    assert isinstance(refused(cohort.iloc[:0]), mellizo.InputError)
    assert isinstance(refused(cohort[[]]), mellizo.InputError)
    assert isinstance(refused(cohort.iloc[:3]), mellizo.InputError)


def test_names_that_are_twice(cohort):
    table = pd.concat([cohort, cohort[["age"]]], axis=1)
    error = refused(table)
    assert isinstance(error, mellizo.InputError) and "age" in str(error)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipe": "jiont"},
        {"backend": "abacus"},
        {"holdout": 2.0},
        {"settings": {"training.ephocs": 3}},
        {"epsilon": 3.0},
        {"drop": ["nobody"]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_arguments_that_make_no_sense(cohort, wrong):
    error = refused(cohort, **wrong)
    assert isinstance(error, mellizo.UsageError) and error.exit_code == 2


def test_files(tmp_path, model):
    with pytest.raises(mellizo.FileError):
        mellizo.fit(tmp_path / "absent.csv")
    (tmp_path / "model").write_bytes(b"no model")
    with pytest.raises((mellizo.InputError, mellizo.CorruptError)):
        mellizo.load(tmp_path / "model")
    model.save(tmp_path / "good")
    with pytest.raises(mellizo.UsageError, match="patients"):
        mellizo.load(tmp_path / "good", backend="cpu").report()


def test_conditions(model):
    with pytest.raises(mellizo.UsageError, match="no column"):
        model.sample(5, where="nobody=1")
    with pytest.raises(mellizo.UsageError):
        model.sample(-1)
