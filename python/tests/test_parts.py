"""Parts of a synthetic table are one table, read back by DuckDB."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytestmark = pytest.mark.slow


def test_parts(tmp_path):
    script = Path(__file__).resolve().parents[2] / "benches/parts.py"
    spec = importlib.util.spec_from_file_location("parts", script)
    parts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(parts)
    command = [sys.executable, "-m", "mellizo"]
    assert parts.compare(tmp_path, command, rows=5000, parts=3)["parts"] == 3
