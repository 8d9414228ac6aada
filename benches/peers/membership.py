#!/usr/bin/env python3
"""Who was in the cohort? The audit of `mellizo run --audit-minutes`, asked of any synthesizer.

    python benches/peers/membership.py OUT --schema SCHEMA [--only NAME...] [--models 8] [--recipe FILE [--epsilon E]]

Every synthesizer learns from complementary random halves of `OUT/private/cohort.csv` (as for synthesizers.py) and makes 10,000 patients of each. How near the five
nearest of them are to a patient, against what the other pairs' tables without that patient give, is the guess (`src/judge/metrics/privacy/shadows.rs`). Everything is
learned from the half alone, and with the synthesizer's defaults: ours is a whole `mellizo run` of each half. Prints AUC and seconds of each synthesizer.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import tomllib

import numpy
import pandas
from sklearn.metrics import roc_auc_score

from synthesizers import arf, sdv, table, written

NEIGHBOURS = 5
MOST_PATIENTS = 10_000
NOTHING = 1e-9
MISSING = 1e300


def cells(frame, names, codes):
    """Numbers, levels by their code, and one far number for a missing cell."""
    columns = []
    for name in names:
        if name in codes:
            column = frame[name].map(codes[name]).to_numpy(float)
        else:
            column = pandas.to_numeric(frame[name], errors="coerce").to_numpy(float)
        columns.append(numpy.where(numpy.isnan(column), MISSING, column))
    return numpy.array(columns).T


def log_densities(patients, synthetic, divisors):
    """Minus the mean logarithm of the mixed distances to the nearest synthetic patients."""
    out = []
    for patient in patients:
        distances = numpy.minimum(numpy.abs(synthetic - patient) / divisors, 1.0).mean(1)
        nearest = numpy.partition(distances, NEIGHBOURS)[:NEIGHBOURS]
        out.append(-numpy.log(nearest + NOTHING).mean())
    return numpy.array(out)


def auc(densities, members):
    """Of every patient in every model against the patient's mean over models of other pairs that did not learn from them."""
    centred = densities - densities.mean(1, keepdims=True)
    scores = numpy.empty_like(centred)
    for model in range(len(centred)):
        others = numpy.arange(len(centred)) // 2 != model // 2
        unseen = numpy.where(members[others], numpy.nan, centred[others])
        scores[model] = centred[model] - numpy.nanmean(unseen, 0)
    return roc_auc_score(members.ravel(), scores.ravel())


def halves(patients, models, rng):
    """Pairs of complementary halves (models x patients)."""
    pairs = []
    for _ in range(models // 2):
        order = rng.permutation(patients)
        for part in (order[: patients // 2], order[patients // 2 : 2 * (patients // 2)]):
            pairs.append(numpy.isin(numpy.arange(patients), part))
    return numpy.array(pairs)


def ours(options, half, out):
    """A whole run of mellizo: its table."""
    half.to_csv(out / "half.csv", index=False)
    command = [options.mellizo, "run", out / "half.csv", "--schema", options.schema, "--no-evaluation", "--backend", "cpu", "--force", "--out", out / "run"]
    command += ["--recipe", options.recipe] if options.recipe else []
    if options.epsilon:
        command += ["--epsilon", options.epsilon, "--ledger", out / "ledger.jsonl"]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out / "run" / "share" / "synthetic.csv"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--schema", type=pathlib.Path, required=True)
    parser.add_argument("--only", nargs="*", default=["mellizo", "gaussian-copula", "tvae", "ctgan", "arf"])
    parser.add_argument("--models", type=int, default=8, help="even, four at least")
    parser.add_argument("--mellizo", default="target/release/mellizo")
    parser.add_argument("--recipe", help="of ours")
    parser.add_argument("--epsilon", help="of ours, where its recipe is private: the budget of each release")
    options = parser.parse_args()
    if options.models < 4 or options.models % 2:
        parser.error("--models must be even, four at least")
    schema = tomllib.loads(options.schema.read_text())
    frame, coded = table(options.out / "private" / "cohort.csv", schema)
    codes = {name: {level: code for code, level in enumerate(sorted(frame[name].dropna().unique()))} for name in frame if name in coded}
    patients = cells(frame, frame.columns, codes)
    known = numpy.where(patients == MISSING, numpy.nan, patients)
    spans = numpy.nanmax(known, 0) - numpy.nanmin(known, 0)
    divisors = numpy.array([1.0 if name in coded else span if span > 0 else 1e-300 for name, span in zip(frame.columns, spans)])
    members = halves(len(frame), options.models, numpy.random.default_rng(1))
    print(f"{len(frame)} patients, {options.models} models on halves of them")
    for name in options.only:
        start = time.monotonic()
        densities = []
        for model, half in enumerate(members):
            numpy.random.seed(model)
            learned = frame[half]
            rows = min(30 * len(learned), MOST_PATIENTS)
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                if name == "mellizo":
                    path = ours(options, learned, folder)
                else:
                    path = folder / "made.csv"
                    sample = arf(learned, coded) if name == "arf" else sdv(name, learned, coded)
                    written(learned, sample(rows), schema, path)
                made, _ = table(path, schema)
            densities.append(log_densities(patients, cells(made.head(rows), frame.columns, codes), divisors))
            print(f"{name}: model {model + 1} of {options.models}, {time.monotonic() - start:.0f} s", file=sys.stderr)
        print(f"{name}: AUC {auc(numpy.array(densities), members):.3f}, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
