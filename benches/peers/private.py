#!/usr/bin/env python3
"""Private releases of the bundled cohort at equal budgets: the recipe `private` beside dpmm's MST (and AIM), judged by `mellizo evaluate`.

    pip install -r benches/peers/requirements-private.txt
    python benches/peers/private.py WORK [--epsilons 3 10 1] [--releases 5] [--only private copula mst aim] [--targets death,totcst]
        [--table TABLE.csv --schema SCHEMA.toml --learned COLUMN...] [--steps 1000] [--rounds N]

Every release is of the 726 patients or so that `--holdout 0.2 --seed 1` leaves, by the public bins of data/support2_lung.toml (or of --table and
--schema): a bin for each level and value, 48 for numbers with more than 96 values, evenly by the schema's scale, and one for missing cells. `copula` is the recipe with
`keep = "copula"`. MST and AIM get the bins as levels, and a number is drawn evenly in its bin. Everyone makes 30 patients for one. WORK keeps all tables, releases and
`figures.json`; what is there already is not made again. Measures are those of private/report.json, on whole tables:

- shapes, trends (of related pairs), Spearman error, joint Fréchet distance, missing cells per patient: `docs/metrics.md`;
- death, totcst (--learned): AUC and R2 of trees that learned from synthetic patients, on the hold-out;
- trees: area under the curve with which trees tell synthetic from training patients.
"""

import argparse
import json
import math
import pathlib
import subprocess
import time
import tomllib

import numpy
import pandas

ROOT = pathlib.Path(__file__).parents[2]
MULTIPLE, DELTA = 30, 1e-5
WHOLE = {"shapes": "column_shapes", "trends": "pair_trends_strong", "spearman": "spearman_mae", "frechet": "joint_frechet",
         "missing": "missing_per_row_ks", "trees": "detection_trees_auc"}


def edges(column):
    """Edges of the bins of a column of numbers, as src/privacy/public.rs makes them."""
    (low, high), step = column["range"], column.get("step", 1)
    if (high - low) / step <= 96:
        return low - step / 2 + step * numpy.arange(round((high - low) / step) + 2)
    part, offset = numpy.arange(49) / 48, column.get("offset", 0)
    if column.get("scale") == "log":
        ends = math.log(low + offset), math.log(high + offset)
        at = numpy.exp(ends[0] + part * (ends[1] - ends[0])) - offset
    else:
        at = low + part * (high - low)
    at = numpy.round(at / step) * step - step / 2
    at[-1] += step
    spikes = [end for spike in column.get("spikes", []) for end in (spike - step / 2, spike + step / 2)]
    at = numpy.sort(numpy.r_[at, spikes])
    return at[numpy.r_[True, numpy.diff(at) >= step / 4]]


def to_bins(frame, schema):
    """Places of the cells, the last one of each column for missing ones, and how many there are."""
    places, sizes = {}, {}
    for column in schema["column"]:
        name, cells = column["name"], frame[column["name"]]
        missing = cells.isna().to_numpy()
        if "levels" in column:
            place = cells.map({level: at for at, level in enumerate(column["levels"])}).fillna(0).to_numpy()
            bins = len(column["levels"])
        elif "values" in column:
            values = numpy.array(column["values"])
            place = numpy.abs(pandas.to_numeric(cells).fillna(0).to_numpy()[:, None] - values).argmin(1)
            bins = len(values)
        else:
            at, (low, high) = edges(column), column["range"]
            x = pandas.to_numeric(cells).fillna(low).clip(low, high).to_numpy()
            bins = len(at) - 1
            place = numpy.clip(numpy.searchsorted(at, x, "right") - 1, 0, bins - 1)
        places[name], sizes[name] = numpy.where(missing, bins, place).astype(int), bins + 1
    return pandas.DataFrame(places), sizes


def from_bins(places, schema, random):
    """Cells as text: of a bin of numbers, one that is drawn evenly from its grid."""
    cells = {}
    for column in schema["column"]:
        place = places[column["name"]].to_numpy()
        if "levels" in column:
            bins, text = len(column["levels"]), lambda at: column["levels"][at]
        elif "values" in column:
            bins, text = len(column["values"]), lambda at: repr(column["values"][at])
        else:
            at_edges, step, (low, high) = edges(column), column.get("step", 1), column["range"]
            digits = 0 if step >= 1 else len(repr(step).split(".")[1])
            bins = len(at_edges) - 1

            def text(at):
                x = at_edges[at] + random.random() * (at_edges[at + 1] - at_edges[at])
                return f"{min(max(round(x / step) * step, low), high):.{digits}f}"
        cells[column["name"]] = ["" if at == bins else text(at) for at in place]
    return pandas.DataFrame(cells)


def run(options, *words):
    subprocess.run([str(word) for word in (options.mellizo, *words)], check=True, stdout=subprocess.DEVNULL)


def mellizo(name, epsilon, folder, options):
    """A run of the recipe, whose report has the measures."""
    recipe = folder / "recipe.toml"
    text = subprocess.run([options.mellizo, "recipe", "private"], check=True, capture_output=True, text=True).stdout
    recipe.write_text(text.replace('keep = "better"', f'keep = "{"copula" if name == "copula" else options.keep}"'))
    targets = ["--targets", options.targets] if options.targets else []
    table = [options.table, "--schema", options.schema] if options.table else []
    run(options, "run", *table, "--recipe", recipe, "--epsilon", epsilon, "--delta", DELTA, "--holdout", 0.2, "--backend", "cpu", "--ledger",
        options.work / "ledger.jsonl", "--out", folder / "out", "--force", *targets)
    return folder / "out" / "private" / "report.json"


def peer(name, epsilon, folder, options):
    """dpmm on the rows of some run of the recipe, whatever its budget: they are the same in all."""
    from dpmm.models import mst
    from dpmm.models.aim import AIMGM
    from dpmm.models.base.mbi import FactoredInference

    schema = tomllib.loads(options.schema.read_text())
    rows = next(options.work.glob("*/out/private/cohort.csv"), None)
    assert rows, "peers need the rows of a run: begin with private or copula"
    train = pandas.read_csv(rows, dtype=str, keep_default_na=False).replace("", numpy.nan)
    places, sizes = to_bins(train, schema)
    # Noise of these libraries comes from a generator with a seed: of the system's entropy here, as it should be.
    random = numpy.random.RandomState(numpy.random.SeedSequence().generate_state(1)[0])
    steps = options.steps
    # MST asks for 2500 steps before it chooses pairs, by no option; after 200 its loss is within a thousandth of what 400 leave.
    mst.FactoredInference = lambda domain, iters, **others: FactoredInference(domain, iters=min(iters, steps), **others)
    kind = {"mst": mst.MSTGM, "aim": AIMGM}[name]
    model = kind(epsilon=epsilon, delta=DELTA, n_jobs=1, n_iters=steps, **({"rounds": options.rounds} if name == "aim" else {}))
    model.set_random_state(random)
    model.set_domain(sizes)
    model.fit(places)
    made = from_bins(model.generate(n_records=MULTIPLE * len(train)), schema, random)
    made.to_csv(folder / "synthetic.csv", index=False)
    report = folder / "report.json"
    run(options, "evaluate", rows, folder / "synthetic.csv", "--holdout", rows.with_name("holdout.csv"), "--schema",
        options.schema, "--json", report)
    return report


def measures(report, learned):
    found = json.loads(report.read_text())
    figures = {name: found["whole"][key] for name, key in WHOLE.items()}
    targets = {target["column"]: target["synthetic"] for target in found["utility"]["targets"]}
    return figures | {name: targets[name] for name in learned}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--mellizo", default=ROOT / "target" / "release" / "mellizo", type=pathlib.Path)
    parser.add_argument("--epsilons", nargs="+", type=float, default=[3, 10, 1])
    parser.add_argument("--releases", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=["private", "copula", "mst", "aim"], default=["private", "mst"])
    parser.add_argument("--keep", choices=["generator", "copula", "better"], default="better")
    parser.add_argument("--targets", default="")
    parser.add_argument("--steps", type=int, default=1000, help="of each fit of MST and AIM at most (their defaults: 2500 then 5000, and 1000)")
    parser.add_argument("--rounds", type=int, help="of AIM (its default: 16 for each column)")
    parser.add_argument("--table", type=pathlib.Path, help="the bundled cohort if left out")
    parser.add_argument("--schema", type=pathlib.Path, default=ROOT / "data" / "support2_lung.toml")
    parser.add_argument("--learned", nargs="*", default=["death", "totcst"], help="targets of the schema whose scores are printed")
    options = parser.parse_args()
    names = [*WHOLE, *options.learned, "seconds"]
    print(f"{'':13}", *(f"{name:>8}" for name in names))
    options.work.mkdir(parents=True, exist_ok=True)
    path = options.work / "figures.json"
    figures = json.loads(path.read_text()) if path.exists() else {}
    for epsilon in options.epsilons:
        for name in options.only:
            for release in range(options.releases):
                key = f"{name}-{epsilon:g}-{release}"
                folder = options.work / key
                if key not in figures:
                    folder.mkdir(exist_ok=True)
                    start = time.monotonic()
                    make = peer if name in ("mst", "aim") else mellizo
                    report = make(name, epsilon, folder, options)
                    figures[key] = measures(report, options.learned) | {"seconds": time.monotonic() - start}
                    path.write_text(json.dumps(figures, indent=1))
            rows = [figures[f"{name}-{epsilon:g}-{release}"] for release in range(options.releases)]
            means = [f"{numpy.mean([row[measure] for row in rows]):8.3f}" for measure in names]
            print(f"{name:8} {epsilon:4g}", *means, flush=True)


if __name__ == "__main__":
    main()
