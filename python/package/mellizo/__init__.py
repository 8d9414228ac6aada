"""Synthetic patients from a small clinical table.

>>> import mellizo
>>> model = mellizo.fit(cohort, epochs=2, seed=1)
>>> patients = model.sample(100, where=["sex=male", "age>60"])
>>> len(patients)
100

The engine is that of the command ``mellizo``: the same table, options and seed give the same
patients.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "linux" and "XDG_RUNTIME_DIR" not in os.environ:
    # Without a desktop, Mesa's layer that picks a default GPU complains on stderr.
    os.environ.setdefault("NODEVICE_SELECT", "1")

from ._command import command
from ._errors import (
    CorruptError,
    DeviceError,
    DivergedError,
    FileError,
    GateError,
    InputError,
    MellizoError,
    MellizoWarning,
    UsageError,
)
from ._fit import fit
from ._machine import bench, devices
from ._mellizo import __version__
from ._model import Model, load
from ._scores import Report, evaluate

__all__ = [
    "CorruptError",
    "DeviceError",
    "DivergedError",
    "FileError",
    "GateError",
    "InputError",
    "MellizoError",
    "MellizoWarning",
    "Model",
    "Report",
    "UsageError",
    "__version__",
    "bench",
    "command",
    "devices",
    "evaluate",
    "fit",
    "load",
]
