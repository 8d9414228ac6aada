"""SDMetrics scores what the synthesizer makes."""

import warnings

import numpy as np
import pandas as pd
import pytest

import mellizo
from conftest import made_up
from mellizo.sdv import MellizoSynthesizer

COLUMNS = {
    "age": "numerical",
    "sex": "categorical",
    "creatinine": "numerical",
    "smoker": "boolean",
    "admitted": "datetime",
    "dead": "categorical",
    "patient": "id",
    "name": "first_name",
}


def table():
    cohort = made_up(300)
    names = [name for name in COLUMNS if name in cohort]
    return cohort[names].assign(patient=np.arange(300), name="Eva")


class Metadata:
    """As SDV's, which has a table by its name."""

    def to_dict(self):
        return {"tables": {"table": metadata()}}


def metadata():
    return {"columns": {name: {"sdtype": kind} for name, kind in COLUMNS.items()}}


def fitted(about):
    synthesizer = MellizoSynthesizer(about, epochs=60, backend="cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        synthesizer.fit(table())
    return synthesizer


@pytest.mark.slow
def test_sdmetrics(tmp_path):
    from sdmetrics.reports.single_table import DiagnosticReport, QualityReport

    synthesizer = fitted(Metadata())
    real, made = table(), synthesizer.sample(num_rows=300)
    assert list(made.columns) == list(real.columns)
    assert made["patient"].is_unique and made["name"].isna().all()
    assert made.dtypes.drop("name").to_dict() == real.dtypes.drop("name").to_dict()
    assert set(made["dead"]) <= {0, 1}
    about = metadata()
    learned = {name: of for name, of in about["columns"].items() if name not in ("patient", "name")}
    report = QualityReport()
    report.generate(real[list(learned)], made[list(learned)], {"columns": learned}, verbose=False)
    noise = real[list(learned)].assign(age=500, creatinine=-7.0, sex="neither")
    worse = QualityReport()
    worse.generate(real[list(learned)], noise, {"columns": learned}, verbose=False)
    about["columns"] = learned
    diagnosis = DiagnosticReport()
    diagnosis.generate(real[list(learned)], made[list(learned)], about, verbose=False)
    assert diagnosis.get_score() == 1.0
    assert report.get_score() > 0.7 and report.get_score() > worse.get_score()

    more = synthesizer.sample(100)
    assert more["patient"].min() == 300
    synthesizer.reset_sampling()
    pd.testing.assert_frame_equal(synthesizer.sample(300), made)
    synthesizer.save(tmp_path / "model")
    pd.testing.assert_frame_equal(MellizoSynthesizer.load(tmp_path / "model").sample(300), made)


def test_what_makes_no_sense():
    with pytest.raises(mellizo.UsageError, match="fit"):
        MellizoSynthesizer(metadata()).sample(3)
    with pytest.raises(mellizo.UsageError, match="tables"):
        MellizoSynthesizer({"tables": {"a": {}, "b": {}}})
    with pytest.raises(mellizo.UsageError, match="lacks"):
        MellizoSynthesizer({"columns": {}}).fit(table())
