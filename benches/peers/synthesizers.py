#!/usr/bin/env python3
"""Other synthesizers on the very patients that a run of mellizo was trained on, judged by `mellizo evaluate` like ours.

    pip install -r benches/peers/requirements-synthesizers.txt      # for cart and forest-diffusion requirements-outside.txt
    mellizo run TABLE --schema SCHEMA --holdout 0.2 --out OUT
    python benches/peers/synthesizers.py OUT --schema SCHEMA [--only NAME...] [--multiple 30] [--mellizo target/release/mellizo]

Reads `OUT/private/cohort.csv` (the training patients) and `OUT/private/holdout.csv`, trains every peer with its defaults (CTGAN and TVAE: 300 epochs, as
they come), writes `OUT/private/peers/NAME.csv` and `NAME.json`, and prints one Markdown table with ours first. Peers never see the hold-out.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time
import tomllib

import numpy
import pandas

SCORES = [
    "column_shapes", "pair_trends_strong", "pair_trends_all", "missing_similarity", "missing_per_row_ks", "spearman_mae", "joint_frechet",
    "detection_trees_auc", "tstr_ratio", "nnaa", "identifiability", "exact_copies",
]


def table(path, schema):
    """The training patients with the types that the schema gives: levels as text, numbers as numbers, missing as NaN."""
    coded = {column["name"] for column in schema["column"] if column["kind"] in ("boolean", "ordinal", "nominal")}
    frame = pandas.read_csv(path, dtype={name: str for name in coded}, keep_default_na=False, na_values=[""])
    return frame, coded


def sdv(name, frame, coded):
    """A synthesizer of SDV with its defaults."""
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer

    kinds = {column: {"sdtype": "categorical" if column in coded else "numerical"} for column in frame}
    metadata = Metadata.load_from_dict({"tables": {"patients": {"columns": kinds}}})
    synthesizer = {"gaussian-copula": GaussianCopulaSynthesizer, "ctgan": CTGANSynthesizer, "tvae": TVAESynthesizer}[name](metadata)
    synthesizer.fit({"patients": frame})
    return lambda rows: synthesizer.sample(rows)["patients"]


def arf(frame, coded):
    """Adversarial random forests (arfpy), which know no missing cells: a number gets a level column beside it that says whether it is there."""
    from arfpy import arf as forests

    whole = pandas.DataFrame(index=frame.index)
    for column in frame:
        if column in coded:
            whole[column] = frame[column].fillna("(missing)").astype("category")
        else:
            whole[column] = frame[column].fillna(frame[column].median()).astype(float)
            if frame[column].isna().any():
                whole[column + "(missing)"] = frame[column].isna().map({True: "yes", False: "no"}).astype("category")
    model = forests.arf(x=whole)
    model.forde()

    def sample(rows):
        made = model.forge(n=rows)
        out = pandas.DataFrame(index=made.index)
        for column in frame:
            if column in coded:
                out[column] = made[column].astype(object).where(made[column].astype(str) != "(missing)", numpy.nan)
            else:
                out[column] = made[column].astype(float)
                if column + "(missing)" in made:
                    out.loc[made[column + "(missing)"].astype(str) == "yes", column] = numpy.nan
        return out

    return sample


def synthesizer(name, frame, coded):
    """A function that makes so many rows."""
    if name == "arf":
        return arf(frame, coded)
    if name == "cart":
        import cart

        return cart.fitted(frame, coded, numpy.random.default_rng(1))
    if name == "forest-diffusion":
        import outside

        return lambda rows: outside.forest_diffusion(frame, coded, 1, rows)
    return sdv(name, frame, coded)


def written(frame, made, schema, path):
    """Whole numbers where the schema wants them, as the peers' own rounding does not always give them; decimals as in the cohort."""
    for column in schema["column"]:
        name = column["name"]
        if name in made and column["kind"] in ("integer", "numerical"):
            numbers = pandas.to_numeric(frame[name], errors="coerce").dropna()
            decimals = 0 if column["kind"] == "integer" else max((len(str(v).split(".")[1]) if "." in str(v) else 0 for v in numbers), default=0)
            made[name] = pandas.to_numeric(made[name], errors="coerce").round(decimals)
            if column["kind"] == "integer":
                made[name] = made[name].astype("Int64")
    made[list(frame.columns)].to_csv(path, index=False)


def judged(options, train, holdout, synthetic, out):
    """What `mellizo evaluate` says."""
    command = [options.mellizo, "evaluate", train, synthetic, "--holdout", holdout, "--schema", options.schema, "--seed", "1", "--json", out]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    return json.loads(pathlib.Path(out).read_text())["scores"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--schema", type=pathlib.Path, required=True)
    parser.add_argument("--only", nargs="*", default=["gaussian-copula", "ctgan", "tvae", "arf"], help="also cart, forest-diffusion")
    parser.add_argument("--multiple", type=int, default=30)
    parser.add_argument("--mellizo", default="target/release/mellizo")
    options = parser.parse_args()
    schema = tomllib.loads(options.schema.read_text())
    train, holdout = options.out / "private" / "cohort.csv", options.out / "private" / "holdout.csv"
    frame, coded = table(train, schema)
    folder = options.out / "private" / "peers"
    folder.mkdir(exist_ok=True)
    results = {"mellizo": judged(options, train, holdout, options.out / "share" / "synthetic.csv", folder / "mellizo.json")}
    for name in options.only:
        numpy.random.seed(1)
        start = time.monotonic()
        sample = synthesizer(name, frame, coded)
        written(frame, sample(options.multiple * len(frame)), schema, folder / f"{name}.csv")
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
        results[name] = judged(options, train, holdout, folder / f"{name}.csv", folder / f"{name}.json")
    print("| score | " + " | ".join(results) + " | training rows against the hold-out | ceiling | floor |")
    print("|---|" + "---|" * (len(results) + 3))
    first = results["mellizo"]
    for score in SCORES:
        shown = lambda value: "" if value is None else f"{value:.3f}"
        cells = [shown(scores.get(score, {}).get("value")) for scores in results.values()]
        references = [shown(first.get(score, {}).get(key)) for key in ("holdout", "ceiling", "floor")]
        print(f"| {score} | " + " | ".join(cells + references) + " |")


if __name__ == "__main__":
    main()
