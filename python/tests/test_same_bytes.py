"""Same table, options and seed: the same patients as from the command."""

import subprocess
import sys
import warnings

import pandas as pd
import polars as pl
import pytest

import mellizo
from conftest import RECIPE, SMALL, made_up


def command(*words, cwd):
    line = [sys.executable, "-m", "mellizo", *map(str, words)]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ran")
    table = made_up(150).drop(columns=["seen", "stage"])
    table.to_csv(folder / "cohort.csv", index=False)
    line = "run cohort.csv --holdout 0.2 --seed 5 --epochs 2 --backend cpu --no-evaluation"
    small = [f"--set={key}={value}" for key, value in SMALL.items()]
    command(*line.split(), *small, cwd=folder)
    return folder


@pytest.mark.parametrize("read", [pd.read_csv, pl.read_csv, str], ids=["pandas", "polars", "path"])
def test_patients(ran, tmp_path, read):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        model = mellizo.fit(read(ran / "cohort.csv"), seed=5, **RECIPE)
    path = tmp_path / "synthetic.csv"
    model.write(path)
    assert path.read_bytes() == (ran / "mellizo-out/share/synthetic.csv").read_bytes()
    model.write(tmp_path / "other.csv", 10, seed=6)
    assert not path.read_bytes().startswith((tmp_path / "other.csv").read_bytes())


def test_sample_of_a_model(ran, tmp_path):
    file = ran / "mellizo-out/private/model.safetensors"
    model = mellizo.load(file, backend="cpu")
    for name in ("a.csv", "a.parquet"):
        model.write(tmp_path / name, 70, where=["age>50"], start=10)
        words = ["sample", file, "--rows", "10..80", "--where", "age>50", "--out", name]
        command(*words, "--backend", "cpu", cwd=ran)
        assert (tmp_path / name).read_bytes() == (ran / name).read_bytes()
    # A part that is not the first one has no header.
    ages = pd.read_csv(tmp_path / "a.csv", header=None)[0].tolist()
    got = model.sample(70, where="age>50", start=10)
    assert got["age"].tolist() == ages and min(ages) > 50


def test_the_command_is_there(tmp_path):
    done = command("recipe", cwd=tmp_path)
    assert "joint" in done.stdout
    line = [sys.executable, "-m", "mellizo", "run", "absent.csv", "--json"]
    failed = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert failed.returncode == 4 and '"exit_code":4' in failed.stdout
    assert subprocess.run([*line[:3], "nonsense"], capture_output=True).returncode == 2
