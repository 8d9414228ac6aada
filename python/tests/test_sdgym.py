"""SDGym runs the synthesizer as it is, beside its own.

SDGym brings SDV, PyTorch and its libraries for GPUs: some gigabytes. Where it is not installed, this
test is skipped; `pip install sdgym` and `bash python/test -k sdgym` run it.
"""

import json
import warnings
import zipfile

import pytest

from conftest import RECIPE, made_up
from mellizo.sdv import MellizoSynthesizer, get_trained_synthesizer, sample_from_synthesizer

COLUMNS = {
    "age": "numerical",
    "sex": "categorical",
    "creatinine": "numerical",
    "smoker": "boolean",
    "dead": "categorical",
}


@pytest.fixture
def folder(tmp_path):
    """A data set as SDGym reads it: a zipped CSV, and metadata of SDV."""
    place = tmp_path / "single_table" / "cohort"
    place.mkdir(parents=True)
    about = {"columns": {name: {"sdtype": kind} for name, kind in COLUMNS.items()}}
    metadata = {"METADATA_SPEC_VERSION": "V1", "tables": {"cohort": about}, "relationships": []}
    (place / "metadata.json").write_text(json.dumps(metadata))
    with zipfile.ZipFile(place / "data.zip", "w") as file:
        file.writestr("cohort.csv", made_up(300)[list(COLUMNS)].to_csv(index=False))
    return tmp_path


def test_a_benchmark_of_sdgym(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sdgym = pytest.importorskip("sdgym", reason="needs SDGym", exc_type=ImportError)
        ours = sdgym.create_single_table_synthesizer(
            "Mellizo", get_trained_synthesizer, sample_from_synthesizer
        )
        told = sdgym.benchmark_single_table(
            synthesizers=["UniformSynthesizer"],
            custom_synthesizers=[ours],
            sdv_datasets=None,
            additional_datasets_folder=str(folder),
            compute_privacy_score=False,
        )
    told = told.set_index("Synthesizer")
    assert any("Mellizo" in name for name in told.index), told
    own = next(name for name in told.index if "Mellizo" in name)
    errors = told.get("Error", told.get("error"))
    errors = [] if errors is None else errors.dropna().map(str).tolist()
    if any("EndpointConnectionError" in error for error in errors):
        pytest.skip("this version of SDGym asks the internet for its data sets")
    assert not errors, errors
    assert told.loc[own, "Diagnostic_Score"] == 1.0
    assert told.loc[own, "Quality_Score"] > told.loc["UniformSynthesizer", "Quality_Score"]
    assert told.loc[own, "Quality_Score"] > 0.8


def test_what_sdgym_asks_of_a_synthesizer():
    """The calls of a benchmark without SDGym: train, pickle, sample as many rows as there are."""
    import pickle

    table = made_up(120)[list(COLUMNS)]
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in COLUMNS.items()}}
    synthesizer = MellizoSynthesizer(metadata, **RECIPE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        synthesizer.fit(table)
    kept = pickle.dumps(synthesizer)
    made = sample_from_synthesizer(synthesizer, len(table))
    assert made.shape == table.shape and list(made.columns) == list(table.columns)
    assert sample_from_synthesizer(pickle.loads(kept), len(table)).equals(made)
