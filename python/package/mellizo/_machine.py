"""What this machine can do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Dict, List, Sequence

from ._errors import MellizoError


def devices() -> Dict[str, Any]:
    """The CPU backend and every GPU that there is.

    >>> sorted(mellizo.devices())
    ['adapters', 'cpu', 'version']
    """
    return _object(["devices"])


def bench(*options: str) -> Dict[str, Any]:
    """Measure how fast this machine trains, beside what it can do at most.

    ``options`` are those of ``mellizo bench``, such as ``"--backend", "cpu"``.
    """
    return _object(["bench", *options])


def _object(words: Sequence[str]) -> Dict[str, Any]:
    """The JSON object of a command, which runs in a process of its own."""
    line: List[str] = [sys.executable, "-m", "mellizo", *words, "--json"]
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"error": f"`mellizo {' '.join(words)}` ended with {done.returncode}"}
    if done.returncode != 0 or "error" in answer:
        raise MellizoError(str(answer.get("error")), exit_code=done.returncode)
    return answer
