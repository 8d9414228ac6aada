"""What means and covariances alone say of who is behind them: the limit of every table that keeps both.

Halves of the bundled cohort (or of the CSV given) are boiled down to the means of all columns, or to means and covariance. Who was in a half is then guessed
from a patient's normal log density under these, against what the other halves give the same patient, as the audit of `mellizo run --audit-minutes` does with
synthetic tables. A column is a level, a missing cell or a normal score. No synthetic table takes part in that.

Then the audit's own attack, the distances to the five nearest synthetic patients, on 10,000 "patients" that know nothing of their half but its means (columns of
the half shuffled one by one), or nothing but its means and covariance (normal numbers): what a synthetic table cannot hide if it keeps both. No neural network
has a part in any of it.

    python benches/peers/tracing.py [--patients 726] [--models 16] [TABLE.csv]

Needs numpy, pandas, scipy and scikit-learn (requirements-synthesizers.txt brings them).
"""

import argparse
import pathlib

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata
from sklearn.metrics import roc_auc_score

from membership import MOST_PATIENTS, auc, halves, log_densities

BUNDLED = pathlib.Path(__file__).resolve().parents[2] / "data" / "support2_lung.csv"

# As the recipe `joint` has it: more values than these are a number; a level of fewer patients is no column.
LEVELS, FEWEST = 14, 5


def encoded(table):
    """Standardised columns of levels, missing cells and normal scores (patients x columns)."""
    columns = []
    for name in table:
        cells, missing = table[name], table[name].isna()
        if pd.api.types.is_numeric_dtype(cells) and cells.nunique() > LEVELS:
            known = ~missing.to_numpy()
            score = np.zeros(len(cells))
            score[known] = norm.ppf((rankdata(cells[known]) - 0.5) / known.sum())
            columns += [score, missing.to_numpy(float)]
        else:
            levels = cells.astype(str).where(~missing, "missing")
            columns += [(levels == level).to_numpy(float) for level in sorted(levels.unique())]
    kept = [c for c in columns if len(np.unique(c)) > 2 or FEWEST <= (c > 0).sum() <= len(c) - FEWEST]
    matrix = np.array(kept).T
    return (matrix - matrix.mean(0)) / matrix.std(0)


def log_density(rows, mean, covariance):
    apart = rows - mean
    return -0.5 * (np.einsum("ij,ij->i", apart @ np.linalg.inv(covariance), apart) + np.linalg.slogdet(covariance)[1])


def audit(rows, models, ridge, whole_covariance, rng):
    """AUC of the guess: members of halves against the others, of all models together."""
    densities, members = [], halves(len(rows), models, rng)
    known = np.cov(rows.T) + ridge * np.eye(rows.shape[1])
    for member in members:
        part = rows[member]
        covariance = known if whole_covariance else np.cov(part.T) + ridge * np.eye(rows.shape[1])
        densities.append(log_density(rows, part.mean(0), covariance))
    densities = np.array(densities)
    guesses = []
    for model in range(len(members)):
        others = np.arange(len(members)) != model
        seen, unseen = (np.where(members[others] == side, densities[others], np.nan) for side in (True, False))
        guesses.append(densities[model] - (np.nanmean(seen, 0) + np.nanmean(unseen, 0)) / 2)
    return roc_auc_score(members.ravel(), np.array(guesses).ravel())


def normal(part, rows, rng):
    """Normal numbers with the means and the covariance of the rows."""
    apart = part - part.mean(0)
    return part.mean(0) + rng.standard_normal((rows, len(part))) @ apart / np.sqrt(len(part) - 1)


def shuffled(part, rows, rng):
    """Every column of the rows by itself, as often as needed."""
    return np.array([rng.permutation(np.resize(column, rows)) for column in part.T]).T


def nearest(rows, models, made, rng):
    """AUC of the audit's attack on tables `made` of the halves."""
    members = halves(len(rows), models, rng)
    divisors = np.maximum(np.ptp(rows, axis=0), 1e-9)
    return auc(np.array([log_densities(rows, made(rows[member], MOST_PATIENTS, rng), divisors) for member in members]), members)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", default=BUNDLED, type=pathlib.Path)
    parser.add_argument("--patients", type=int, default=726)
    parser.add_argument("--models", type=int, default=16)
    parser.add_argument("--ridge", type=float, default=0.2, help="added to every variance of 1")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    rows = encoded(pd.read_csv(options.table))
    rows = rows[rng.permutation(len(rows))[: options.patients]]
    print(f"{len(rows)} patients, {rows.shape[1]} columns, {options.models} halves of {len(rows) // 2}")
    for name, whole_covariance in (("means alone", True), ("means and covariance", False)):
        print(f"{name}: AUC {audit(rows, options.models, options.ridge, whole_covariance, rng):.3f}", flush=True)
    for name, made in (("shuffled columns", shuffled), ("normal numbers", normal)):
        print(f"nearest of {MOST_PATIENTS} {name}: AUC {nearest(rows, options.models, made, rng):.3f}", flush=True)


if __name__ == "__main__":
    main()
