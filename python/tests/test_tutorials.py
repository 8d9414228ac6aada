"""Every block of the tutorials runs, and says what its comment says."""

import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import mellizo

HOUSE = Path(__file__).resolve().parents[2]


def blocks(page, language):
    """The blocks of a page, for a quick look: as few epochs as there can be."""
    text = (HOUSE / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no block in {language}"
    return [re.sub("epochs([= ])300", r"epochs\g<1>2", block) for block in found]


def claimed(line):
    """A line's expression and the value that its comment begins with; none without one."""
    found = re.fullmatch(r"(\S[^#]*?)\s+# ('[^']*'|\([\d, ]+\)|True|\d+)(?=$|:| ).*", line)
    return None if found is None or re.match(r"\w+ = ", line) else (found[1], found[2])


def test_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HOUSE / "data", tmp_path / "data")
    names, told = {}, 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mellizo.MellizoWarning)
        for block in blocks("first-cohort-python.md", "python"):
            exec(block, names)
            for line in block.splitlines():
                claim = claimed(line)
                if claim:
                    assert eval(claim[0], names) == eval(claim[1]), line
                    told += 1
    assert told >= 5


@pytest.mark.skipif(os.name != "posix", reason="the tutorial is for a shell")
def test_shell(tmp_path):
    shutil.copytree(HOUSE / "data", tmp_path / "data")
    shutil.copy(HOUSE / "data/support2_lung.csv", tmp_path / "cohort.csv")
    command = f'mellizo() {{ "{sys.executable}" -m mellizo "$@"; }}\nset -e\n'
    done = 0
    for block in blocks("first-cohort.md", "sh"):
        if "cargo install" in block:
            continue
        if block.startswith("mellizo run cohort.csv"):
            block = block.replace("\n", " --epochs 2 --no-evaluation\n", 1)
        line = ["bash", "-c", command + block]
        subprocess.run(line, cwd=tmp_path, check=True, capture_output=True)
        done += 1
    assert done >= 5 and (tmp_path / "again.html").exists()
