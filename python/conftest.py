"""What tests and doctests have in hand: a small cohort and a model of it."""

import warnings

import numpy as np
import pandas as pd
import pytest

import mellizo

#: A moment's training, in an unoptimised build too.
SMALL = {"generator.widths": [16, 16]}
RECIPE = {"epochs": 2, "backend": "cpu", "settings": SMALL}


def made_up(rows: int = 200, seed: int = 7) -> pd.DataFrame:
    """Patients with every dtype that a clinical table has, and gaps."""
    random = np.random.default_rng(seed)
    age = random.integers(30, 90, rows)
    gaps = random.random(rows) < 0.1
    days = pd.Timestamp("2019-03-01") + pd.to_timedelta(random.integers(0, 900, rows), "D")
    return pd.DataFrame(
        {
            "age": age,
            "sex": random.choice(["female", "male"], rows),
            "stage": pd.Categorical.from_codes(
                random.integers(0, 3, rows), ["I", "II", "III", "IV"], ordered=True
            ),
            "visits": pd.array(np.where(gaps, 0, age % 7 + random.integers(0, 30, rows)), "Int64"),
            "creatinine": np.where(gaps, np.nan, np.round(random.lognormal(0, 0.4, rows), 2)),
            "dose": np.round(random.normal(50, 9, rows), 1).astype("float32"),
            "smoker": random.random(rows) < 0.4,
            "treated": pd.array(np.where(gaps, None, random.random(rows) < 0.5), "boolean"),
            "admitted": days,
            "seen": days.tz_localize("Europe/Madrid") + pd.to_timedelta(90061, "s"),
            "born": [day.date() for day in days - pd.to_timedelta(age * 365, "D")],
            "dead": random.integers(0, 2, rows),
        }
    ).assign(visits=lambda t: t["visits"].mask(gaps))


@pytest.fixture(scope="session")
def cohort() -> pd.DataFrame:
    return made_up()


@pytest.fixture(scope="session")
def model(cohort):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        return mellizo.fit(cohort, **RECIPE)


@pytest.fixture(autouse=True)
def _in_doctests(doctest_namespace, cohort, model):
    doctest_namespace.update(cohort=cohort, model=model, mellizo=mellizo, pd=pd)
