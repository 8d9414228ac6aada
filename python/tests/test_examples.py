"""The examples for clusters: a Ray that loses a worker, and the Job of Kubernetes.

Both need packages that `bash python/test` does not install: `pip install ray kubernetes PyYAML`.
"""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def told(script):
    """What an example's script prints; it must end well."""
    line = [sys.executable, str(EXAMPLES / script)]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(find_spec("ray") is None, reason="needs ray")
def test_ray_after_a_killed_worker():
    text = told("ray/test.py")
    assert "killed with SIGKILL" in text and "the same bytes" in text


@pytest.mark.skipif(
    find_spec("kubernetes") is None or find_spec("yaml") is None, reason="needs kubernetes, PyYAML"
)
def test_the_job_of_kubernetes():
    assert "a V1Job" in told("kubernetes/check.py")
