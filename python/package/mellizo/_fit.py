"""From a table to a model."""

from __future__ import annotations

import json
import warnings
from os import PathLike
from typing import Any, Callable, Mapping, Optional, Sequence, Union

from . import _mellizo
from ._errors import MellizoWarning, UsageError
from ._frames import as_path, describe, eager, handed_over, readable, texts
from ._model import Model
from ._progress import watcher

Progress = Union[bool, Callable[..., Any]]


def fit(
    data: Any,
    recipe: str = "joint",
    schema: Union[str, PathLike, Mapping[str, Any], None] = None,
    holdout: Optional[float] = 0.2,
    seed: int = 1,
    backend: str = "auto",
    *,
    adapter: Optional[str] = None,
    epochs: Optional[int] = None,
    steps: Optional[int] = None,
    batch: Union[int, str, None] = None,
    settings: Optional[Mapping[str, Any]] = None,
    models: int = 1,
    early_stopping: bool = True,
    drop: Sequence[str] = (),
    patient: Optional[str] = None,
    time: Optional[str] = None,
    event: Optional[str] = None,
    strata: Optional[str] = None,
    missing: Sequence[str] = (),
    epsilon: Optional[float] = None,
    delta: float = 1e-5,
    targets: Sequence[str] = (),
    ledger: Union[str, PathLike, None] = None,
    name: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Model:
    """Train a model on a table: rows are patients, columns what is known of them.

    Parameters
    ----------
    data
        A DataFrame of pandas or polars, any object of the Arrow PyCapsule interface, or the path
        of a file (CSV, .xlsx, .parquet).
        The table is read before training begins; later changes to it do no harm.
    recipe
        ``"joint"``, ``"paper"``, ``"private"``, or the path of a TOML file.
    schema
        What the columns are: the path of a TOML file or a mapping with its keys.
        Without it the kinds follow from dtypes and cells.
    holdout
        Share of the patients to keep back from training so that they can judge it; None for none.
        It is 0.2 here and none in the command.
    seed
        Seed of everything random, of the hold-out too.
    backend
        ``"auto"`` (the best GPU, else the CPU), ``"gpu"`` or ``"cpu"``; ``adapter`` is a part of
        the name of the GPU.
    epochs, steps, batch, settings
        What to change in the recipe; ``settings`` has keys such as ``"training.validation"``.
    models
        Independent models to train side by side, of which the best is kept.
    drop, patient, time, event, strata, missing
        As the options of the command of these names.
    epsilon, delta, targets, ledger
        Recipe ``"private"``: what may be spent, columns that matter most, and the file in which it
        is written down (``private/ledger.jsonl`` beside the table or in this folder).
    name
        What errors and reports call a table in memory.
        A ledger refuses another table under a name that it knows.
    progress
        True or False, or a function of (epoch, epochs, text) that is called without arguments at
        the end; by default a bar in notebooks and terminals.

    Ctrl-C ends the training in good order: the model is that of the epochs so far, and
    ``model.interrupted`` is true.

    Examples
    --------
    >>> model = mellizo.fit(cohort, holdout=None, epochs=2)
    >>> model.recipe, model.interrupted
    ('joint', False)
    """
    data = eager(data)
    table = handed_over(data)
    frame = describe(data)
    schema_file, schema_json = _schema(schema)
    changes = _changes(settings)
    arguments = {
        "recipe": str(recipe),
        "schema_file": schema_file,
        "schema_json": schema_json,
        "holdout": holdout,
        "seed": seed,
        "backend": backend,
        "adapter": adapter,
        "epochs": epochs,
        "steps": steps,
        "batch": None if batch is None else str(batch),
        "set": changes,
        "models": models,
        "early_stopping": early_stopping,
        "drop": texts("drop", drop),
        "patient": patient,
        "time": time,
        "event": event,
        "strata": strata,
        "missing": texts("missing", missing),
        "epsilon": epsilon,
        "delta": delta,
        "targets": texts("targets", targets),
        "ledger": None if ledger is None else str(ledger),
        "named": name is not None,
        "frame_json": None if frame is None else json.dumps(frame),
    }
    with watcher(progress) as watch:
        named = readable("name", str(name or "DataFrame"))
        native = _mellizo.fit_table(table, named, arguments, watch)
    for text in native.warnings:
        warnings.warn(text, MellizoWarning, stacklevel=2)
    if native.interrupted:
        text = "training was interrupted; the model is that of the epochs so far"
        warnings.warn(text, MellizoWarning, stacklevel=2)
    table_name, recipe_name = name or "table", repr(str(recipe))
    call = f"mellizo.fit({table_name}, recipe={recipe_name}, holdout={holdout}, seed={seed})"
    return Model(native, frame, call)


def _changes(settings: Any) -> list:
    """Keys of the recipe and their values, as the command's ``--set`` has them."""
    if settings is None:
        return []
    if not isinstance(settings, Mapping):
        text = f"settings={settings!r}: it is a mapping such as {{'training.epochs': 300}}"
        raise UsageError(text, exit_code=2)
    return [readable("settings", f"{key}={_value(value)}") for key, value in settings.items()]


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _schema(schema: Any) -> tuple:
    if schema is None:
        return None, None
    if isinstance(schema, (str, PathLike)):
        return as_path(schema), None
    if not isinstance(schema, Mapping):
        text = f"schema={schema!r}: it is the path of a file or a mapping with its keys"
        raise UsageError(text, exit_code=2)
    try:
        return None, json.dumps(schema, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"schema: {error}", exit_code=2) from None
