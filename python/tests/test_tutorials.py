"""Every block of the tutorials and of the how-to pages runs, and says what its comment says."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import mellizo
from conftest import made_up

pytestmark = pytest.mark.slow

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


PUBLIC = """
[[column]]
name = "age"
kind = "integer"
range = [0, 110]
[[column]]
name = "sex"
kind = "boolean"
levels = ["female", "male"]
[[column]]
name = "dead"
kind = "boolean"
levels = ["0", "1"]
"""


def quick(line):
    """A line of a how-to page with as little training as there can be."""
    return f"{line} --epochs 2 --no-evaluation" if line.startswith("mellizo run") else line


@pytest.mark.skipif(os.name != "posix", reason="the pages are for a shell")
@pytest.mark.parametrize("page", ["own-table.md", "choosing-a-recipe.md"])
def test_how_to(tmp_path, page):
    made_up(400)[["age", "sex", "dead"]].to_csv(tmp_path / "cohort.csv", index=False)
    text = (HOUSE / "docs" / page).read_text(encoding="utf-8")
    plan = re.search(r"^```toml\n(out = .*?)^```", text, re.DOTALL | re.MULTILINE)
    if plan:
        short = plan[1].replace("seeds = 3", "seeds = 2").replace('"0.2"', '"0.2", "--epochs", "2"')
        (tmp_path / "plan.toml").write_text(short)
    command = f'mellizo() {{ "{sys.executable}" -m mellizo "$@"; }}\nset -e\n'
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    for line in lines:
        words = ["bash", "-c", command + quick(line.split("   #")[0])]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        if "--public" in line:
            assert "[[column]]" in (tmp_path / "public.toml").read_text()
            (tmp_path / "public.toml").write_text(PUBLIC)
    assert len(lines) >= 5


@pytest.mark.parametrize("page", ["python.md", "from-sdv.md"])
def test_how_to_in_python(tmp_path, monkeypatch, cohort, page):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "public.toml").write_text(PUBLIC)
    data = cohort[["age", "sex", "dead"]]
    fit = mellizo.fit
    monkeypatch.setattr(mellizo, "fit", lambda table, **of: fit(table, **of, epochs=2))
    monkeypatch.setattr("mellizo.sdv.fit", lambda table, **of: fit(table, **of, epochs=2))
    kinds = {"age": "numerical", "sex": "categorical", "dead": "categorical"}
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
    about = type("Metadata", (), {"to_dict": lambda self: metadata})()
    real = data.assign(death=data["dead"], days=data["age"])
    names = {"mellizo": mellizo, "cohort": real, "data": data, "metadata": about}
    names |= {"real": real, "synthetic": real.sample(frac=1, random_state=1)}
    for block in blocks(page, "python"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if "import sdgym" in block:
                if importlib.util.find_spec("sdgym") is None:
                    continue
            if "private" in block:
                block = block.replace("(cohort", "(data")
            exec(block, names)
