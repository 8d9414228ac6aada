"""The package is typed: what it says of itself holds, and a caller's mistake is seen."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
pytestmark = pytest.mark.slow

PACKAGE = Path(__file__).resolve().parents[1] / "package"


def checked(*words):
    line = [sys.executable, "-m", "mypy", "--ignore-missing-imports", *map(str, words)]
    done = subprocess.run(line, cwd=PACKAGE, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_the_package():
    code, told = checked("mellizo")
    assert code == 0, told


def test_a_caller(tmp_path):
    right = "import mellizo\nmodel = mellizo.fit('a.csv', seed=2)\nwhat: str = model.recipe\n"
    (tmp_path / "right.py").write_text(right)
    code, told = checked(tmp_path / "right.py")
    assert code == 0, told
    (tmp_path / "wrong.py").write_text(right.replace("seed=2", "seed='two'").replace("str", "int"))
    code, told = checked(tmp_path / "wrong.py")
    assert code == 1 and "wrong.py:2" in told and "wrong.py:3" in told, told
