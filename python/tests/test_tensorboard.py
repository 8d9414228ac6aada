"""TensorBoard itself reads the events of a training back."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("tensorboard", reason="pip install tensorboard")


def test_events_are_the_history(tmp_path, capsys):
    script = Path(__file__).resolve().parents[2] / "tests/fixtures/tensorboard_events.py"
    spec = importlib.util.spec_from_file_location("tensorboard_events", script)
    events = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(events)
    line = "train --backend cpu --recipe paper --epochs 3 --models 2 --no-stop --batch 804"
    train = [sys.executable, "-m", "mellizo", *line.split()]
    options = ["--out", str(tmp_path / "out"), "--tensorboard", str(tmp_path / "events")]
    subprocess.run([*train, *options], check=True, capture_output=True)
    events.main(str(tmp_path / "events"), str(tmp_path / "out/share/history.csv"))
    assert "read back by TensorBoard" in capsys.readouterr().out
