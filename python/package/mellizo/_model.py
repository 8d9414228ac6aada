"""A trained model."""

from __future__ import annotations

import json
import warnings
from os import PathLike
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from . import _mellizo
from ._errors import MellizoWarning, UsageError
from ._frames import as_path, as_text, restored, texts, whole
from ._scores import Report, evaluate

Where = Union[str, Sequence[str], None]


class Model:
    """What was learned of a table; :func:`mellizo.fit` and :func:`mellizo.load` make one.

    It can be pickled; as in a file, the patients that it learned from are then left out.

    >>> import pickle
    >>> again = pickle.loads(pickle.dumps(model))
    >>> again.sample(5).equals(model.sample(5))
    True
    """

    def __init__(self, native: Any, frame: Optional[Mapping[str, Any]], call: str = "") -> None:
        self._native = native
        self._frame = frame
        self._call = call

    def sample(
        self,
        rows: Optional[int] = None,
        where: Where = None,
        *,
        seed: Optional[int] = None,
        start: int = 0,
        to: Optional[str] = None,
    ) -> Any:
        """Synthetic patients, as a table of the kind that the model was trained on.

        Parameters
        ----------
        rows
            How many; by default as many as the recipe asks for.
        where
            Conditions that every patient satisfies, such as ``["death=1", "age>70"]`` or
            ``"dose is missing"``.
        seed
            Seed of the noise; the training's gives the patients of the command ``run``.
        start
            Number of the first patient: patients ``start`` to ``start + rows`` of one endless
            table.
        to
            ``"pandas"``, ``"polars"`` or ``"arrow"``; by default what came in.

        Returns
        -------
        A table of ``rows`` rows with the columns that were learned, each of the dtype that it had.

        Examples
        --------
        >>> patients = model.sample(10, where="sex=male")
        >>> set(patients["sex"])
        {'male'}
        """
        first, last = self._range(rows, start)
        text = as_text(self._frame)
        native, told = self._native.sample(first, last, _conditions(where), _seed(seed), text)
        _tell(told)
        return restored(native, self._frame, to)

    def write(
        self,
        path: Union[str, PathLike],
        rows: Optional[int] = None,
        where: Where = None,
        *,
        seed: Optional[int] = None,
        start: int = 0,
    ) -> None:
        """Write synthetic patients in bounded memory: .csv, .csv.gz or .parquet.

        The bytes are those of ``mellizo sample --out``.
        """
        first, last = self._range(rows, start)
        _tell(self._native.write(as_path(path), first, last, _conditions(where), _seed(seed)))

    def report(
        self, real: Any = None, holdout: Any = None, *, rows: Optional[int] = None
    ) -> Report:
        """Judge synthetic patients by those that the model learned from.

        A model from a file does not know them: give ``real`` and, if there is one, ``holdout``.
        ``rows`` is how many synthetic patients are judged.

        >>> report = model.report(rows=500)
        >>> 0 <= report["column_shapes"] <= 1
        True
        """
        if real is not None:
            return evaluate(real, self.sample(rows), holdout, seed=self.seed)
        count = None if rows is None else whole("rows", rows)
        native = self._native.report(count, self._call)
        if native is None:
            text = "a model from a file does not know its patients; give them: report(real)"
            raise UsageError(text, exit_code=2)
        return Report(native)

    def save(self, path: Union[str, PathLike]) -> None:
        """Write the model file, which ``mellizo sample`` and :func:`mellizo.load` read.

        It describes patients: it must not leave the house, unless the recipe is private.
        """
        self._native.save(as_path(path))

    @property
    def recipe(self) -> str:
        """The name of the recipe."""
        return self._native.recipe

    @property
    def seed(self) -> int:
        """The seed of the training."""
        return self._native.seed

    @property
    def columns(self) -> Dict[str, str]:
        """Names and kinds of the columns.

        >>> model.columns["sex"]
        'Boolean'
        """
        return dict(self._native.columns)

    @property
    def schema(self) -> str:
        """The schema as TOML."""
        return self._native.schema

    @property
    def relations(self) -> List[str]:
        """The relations that synthetic patients keep."""
        return list(self._native.relations)

    @property
    def warnings(self) -> List[str]:
        """What was said while it was trained."""
        return list(self._native.warnings)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the training."""
        return self._native.interrupted

    @property
    def epochs(self) -> Optional[int]:
        """Epochs of the training; None of a model from a file."""
        epochs = self._native.epochs
        return None if epochs is None else epochs[0]

    def _range(self, rows: Optional[int], start: int) -> tuple:
        count = self._native.patients if rows is None else whole("rows", rows)
        first = whole("start", start)
        return first, first + count

    def __repr__(self) -> str:
        columns = len(self.columns)
        return f"<mellizo.Model: recipe {self.recipe}, {columns} columns, seed {self.seed}>"


def load(
    path: Union[str, PathLike], backend: str = "auto", *, adapter: Optional[str] = None
) -> Model:
    """Read a model file of :meth:`Model.save`, ``mellizo run`` or ``mellizo train``."""
    native = _mellizo.load(as_path(path), backend, adapter)
    frame = native.frame_json
    return Model(native, None if frame is None else json.loads(frame))


def _conditions(where: Where) -> List[str]:
    return [] if where is None else texts("where", where)


def _seed(seed: Optional[int]) -> Optional[int]:
    return None if seed is None else whole("seed", seed, 64)


def _tell(told: Optional[str]) -> None:
    if told is not None and told.startswith("warning: "):
        warnings.warn(told[len("warning: ") :], MellizoWarning, stacklevel=3)
