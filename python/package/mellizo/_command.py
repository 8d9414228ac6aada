"""The command ``mellizo`` that the wheel installs."""

from __future__ import annotations

import signal
import sys
from typing import Sequence

from . import _mellizo


def command(words: Sequence[str]) -> int:
    """Run the command ``mellizo`` in this process and return its exit code.

    It writes to the streams of the process, and a signal may end the process.

    >>> mellizo.command(["recipe", "joint", "--set", "nonsense"])
    2
    """
    return _mellizo.command(["mellizo", *words])


def main() -> int:
    """Run the command line of this process and return its exit code."""
    # Python's own handlers would hold signals back while the command runs.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return command(sys.argv[1:])
