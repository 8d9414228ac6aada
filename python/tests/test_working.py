"""Progress, Ctrl-C, other threads, and how quick the package is."""

import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import pandas as pd
import pytest

import mellizo
from conftest import RECIPE, SMALL, made_up

LONG = {"epochs": 200_000, "backend": "cpu", "holdout": None, "settings": SMALL}


@pytest.fixture
def sigint():
    """Ctrl-C as Python has it: a shell starts background processes so that they ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_the_model(cohort, sigint):
    seen = []

    def progress(*at):
        if at and not seen:
            os.kill(os.getpid(), signal.SIGINT)
        seen.append(at)

    with pytest.warns(mellizo.MellizoWarning, match="interrupted"):
        model = mellizo.fit(cohort, progress=progress, early_stopping=False, **LONG)
    assert model.interrupted and model.epochs < 200_000
    assert len(model.sample(20)) == 20
    assert seen[-1] == ()


def test_what_progress_raises_comes_through(cohort):
    def progress(*_):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        mellizo.fit(cohort, progress=progress, **LONG)


def test_other_threads_go_on(cohort):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.005):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    mellizo.fit(cohort, early_stopping=False, **{**LONG, "epochs": 500})
    done.set()
    thread.join()
    longest = max(b - a for a, b in zip(ticks, ticks[1:]))
    assert len(ticks) > 20 and longest < 1.0


def test_a_table_that_another_thread_changes():
    table = made_up(2000)
    done = threading.Event()

    def change():
        while not done.is_set():
            table.loc[:, "creatinine"] = table["creatinine"] + 1.0
            table["age"].to_numpy(copy=False).setflags(write=True)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = mellizo.fit(table, **RECIPE)
    finally:
        done.set()
        thread.join()
    assert len(model.sample(10)) == 10


def test_categories_that_another_thread_breaks():
    """Places of categories are checked one by one: those that point nowhere are an error at most."""
    import numpy as np
    import pyarrow as pa

    good = np.arange(4000, dtype="int8") % 3
    codes = good.copy()
    places = pa.Array.from_buffers(pa.int8(), len(codes), [None, pa.py_buffer(codes)])
    stages = pa.DictionaryArray.from_arrays(places, ["I", "II", "III"])
    table = pa.table({"age": np.arange(4000) % 61 + 30, "stage": stages})
    done = threading.Event()

    def change():
        while not done.is_set():
            codes[::2] = 100
            codes[1::2] = -3
            codes[:] = good

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(5):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    model = mellizo.fit(table, **{**RECIPE, "holdout": None})
                    assert set(model.sample(50).column("stage").to_pylist()) <= {"I", "II", "III"}
                except mellizo.MellizoError as error:
                    assert error.exit_code in (2, 3), error
    finally:
        done.set()
        thread.join()


def test_importing_is_quick():
    code = (
        # Of the processor, so that other work on the machine does not count.
        "import sys, time; start = time.process_time(); import mellizo; "
        "print(time.process_time() - start); "
        "sys.exit(any(name in sys.modules for name in ('pandas', 'polars', 'pyarrow')))"
    )
    line = [sys.executable, "-c", code]
    done = [subprocess.run(line, stdout=subprocess.PIPE, check=True) for _ in range(3)]
    assert min(float(one.stdout) for one in done) < 0.3


def test_a_million_rows_are_handed_over_without_a_copy():
    import numpy as np
    import pyarrow as pa

    from mellizo._frames import handed_over

    numbers = np.random.default_rng(1).random((20, 100_000))
    table = pd.DataFrame({f"x{at}": column for at, column in enumerate(numbers)}, copy=False)
    before = pa.total_allocated_bytes()
    arrow = handed_over(table)
    assert pa.total_allocated_bytes() - before < numbers.nbytes / 20
    address = arrow.column("x3").chunk(0).buffers()[1].address
    assert address == table["x3"].to_numpy().__array_interface__["data"][0]


def test_reports(model, cohort, tmp_path):
    report = model.report(rows=300)
    assert "<iframe" in report._repr_html_() and "column_shapes" in repr(report)
    assert report.html(tmp_path / "report.html").lower().startswith("<!doctype html")
    assert report.json()["scores"] and report.to_pandas().loc["column_shapes", "value"] > 0.3
    survival = mellizo.evaluate(
        cohort, model.sample(200), time="age", event="dead", name="my cohort"
    )
    assert survival.json()["survival"]["time"] == "age"
    assert "my cohort" in survival.html()


@pytest.mark.slow
def test_a_private_fit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = made_up(300)[["age", "sex", "dead"]]
    schema = {
        "column": [
            {"name": "age", "kind": "integer", "range": [0, 110]},
            {"name": "sex", "kind": "boolean", "levels": ["female", "male"]},
            {"name": "dead", "kind": "boolean", "levels": ["0", "1"]},
        ]
    }
    more = {"recipe": "private", "schema": schema, "epsilon": 3.0, "steps": 20, "backend": "cpu"}
    with pytest.raises(mellizo.UsageError, match="schema"):
        mellizo.fit(table, **{**more, "schema": None})
    with pytest.raises(mellizo.UsageError, match="epsilon"):
        mellizo.fit(table, **{**more, "epsilon": None})
    assert not os.path.exists("private/ledger.jsonl")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        model = mellizo.fit(table, **more)
    back = model.sample(50)
    assert back.dtypes.to_dict() == table.dtypes.to_dict()
    assert "epsilon" in model.report(rows=100).html()
    with pytest.warns(mellizo.MellizoWarning, match="1 earlier releases"):
        mellizo.fit(table, **more)
    assert len(open("private/ledger.jsonl").readlines()) == 2


def test_the_machine():
    assert "CPU" in mellizo.devices()["cpu"]
    with pytest.raises(mellizo.MellizoError):
        mellizo.bench("--nonsense")
