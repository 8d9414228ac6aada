"""Dtypes come back as they went in."""

import datetime
import warnings

import pandas as pd
import polars as pl
import polars.testing
import pyarrow as pa
import pytest

import mellizo
from conftest import RECIPE, made_up


def fitted(table, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        return mellizo.fit(table, **{**RECIPE, "holdout": None, **more})


def test_pandas(cohort, model):
    back = model.sample(300)
    assert list(back.columns) == list(cohort.columns) and len(back) == 300
    assert back.dtypes.to_dict() == cohort.dtypes.to_dict()
    assert back["age"].between(30, 90).all()
    assert set(back["sex"]) == {"female", "male"}
    assert back["stage"].cat.categories.tolist() == ["I", "II", "III", "IV"]
    assert set(back["stage"].dropna()) <= {"I", "II", "III"}
    assert 0 < back["visits"].isna().mean() < 0.4 and back["treated"].isna().any()
    assert back["smoker"].mean() == pytest.approx(cohort["smoker"].mean(), abs=0.25)
    assert isinstance(back["born"].dropna().iloc[0], datetime.date)
    assert (back["admitted"] == back["admitted"].dt.normalize()).all()


def test_pandas_of_arrow_and_of_numbers_as_categories():
    table = made_up(120)
    table["grade"] = pd.Categorical(table["age"] % 3, categories=[2, 0, 1])
    table["size"] = pd.Categorical((table["age"] % 4).astype(float) / 2)
    arrow = table[["age", "sex", "creatinine"]].convert_dtypes(dtype_backend="pyarrow")
    for name in arrow:
        table["arrow_" + name] = arrow[name]
    back = fitted(table).sample(50)
    assert back.dtypes.to_dict() == table.dtypes.to_dict()


def test_polars(cohort):
    table = pl.DataFrame(
        {
            "age": cohort["age"].to_list(),
            "sex": cohort["sex"].to_list(),
            "small": cohort["age"].to_numpy().astype("uint8"),
            "lab": cohort["creatinine"].to_list(),
            "stage": pl.Series(cohort["stage"].astype(str).to_list(), dtype=pl.Enum(["I", "II", "III"])),
            "ward": pl.Series(cohort["sex"].to_list(), dtype=pl.Categorical),
            "smoker": cohort["smoker"].to_list(),
            "day": [day.date() for day in cohort["admitted"]],
            "seen": pl.Series([t.to_pydatetime() for t in cohort["seen"]]),
            "clock": [datetime.time(age % 24, age % 60) for age in cohort["age"]],
        },
        strict=False,
    )
    model = fitted(table)
    back = model.sample(50)
    assert back.schema == table.schema
    assert fitted(table.lazy()).sample(50).equals(back)
    assert model.sample(9, to="pandas").shape == (9, 10)


def test_arrow(cohort):
    table = pa.table(
        {
            "age": pa.array(cohort["age"], pa.int16()),
            "smoker": pa.array(cohort["smoker"]),
            "sex": pa.array(cohort["sex"]).dictionary_encode(),
            "lab": pa.array(cohort["creatinine"], from_pandas=True),
        }
    )
    model = fitted(table)
    back = model.sample(20)
    assert back.schema.field("age").type == pa.int16()
    assert back.schema.field("smoker").type == pa.bool_()
    assert set(back.column("sex").to_pylist()) <= {"female", "male"}


def test_dtypes_survive_a_file(tmp_path, cohort, model):
    model.save(tmp_path / "model.safetensors")
    again = mellizo.load(tmp_path / "model.safetensors", backend="cpu")
    pd.testing.assert_frame_equal(again.sample(40), model.sample(40))


def test_an_index_is_no_column(cohort):
    other = fitted(cohort[cohort["age"] > 35].set_index("age", drop=False))
    assert list(other.columns) == list(cohort.columns)


def test_names_of_patients_as_categories_are_refused(cohort):
    table = cohort.assign(id=pd.Categorical([f"patient {i}" for i in range(len(cohort))]))
    with pytest.raises(mellizo.InputError) as error:
        fitted(table)
    assert error.value.column == "id"
