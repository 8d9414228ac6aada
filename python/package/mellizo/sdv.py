"""The interface of SDV's single-table synthesizers, without SDV.

SDMetrics, SDGym and scripts that were written for SDV's synthesizers run with it:

>>> from mellizo.sdv import MellizoSynthesizer
>>> metadata = {"columns": {"age": {"sdtype": "numerical"}, "sex": {"sdtype": "categorical"}}}
>>> synthesizer = MellizoSynthesizer(metadata, epochs=2)
>>> synthesizer.fit(cohort[["age", "sex"]])
>>> synthesizer.sample(num_rows=5).shape
(5, 2)
"""

from __future__ import annotations

import json
import warnings
from os import PathLike
from typing import Any, Dict, List, Mapping, Optional, Union

from ._errors import MellizoWarning, UsageError
from ._fit import fit
from ._model import Model, load

#: Kinds of SDV's metadata that are learned; columns of any other kind name persons or places.
LEARNED = ("numerical", "categorical", "boolean", "datetime")


class MellizoSynthesizer:
    """A synthesizer of one table.

    Parameters
    ----------
    metadata
        SDV's metadata of one table: an object with ``to_dict`` or a mapping.
        Columns of kind ``id`` are numbered anew; columns of other kinds that are not learned, such
        as names and addresses, come back empty, with a warning.
    enforce_min_max_values, enforce_rounding
        As in SDV; both always hold, and False is refused.
    **settings
        What :func:`mellizo.fit` takes, such as ``recipe``, ``epochs``, ``seed`` or ``backend``.
    """

    def __init__(
        self,
        metadata: Any,
        enforce_min_max_values: bool = True,
        enforce_rounding: bool = True,
        **settings: Any,
    ) -> None:
        if not (enforce_min_max_values and enforce_rounding):
            text = "enforce_min_max_values and enforce_rounding always hold"
            raise UsageError(text, exit_code=2)
        self.metadata = metadata
        self._settings: Dict[str, Any] = {"holdout": None, **settings}
        self._columns = _columns(metadata)
        self._order: List[str] = list(self._columns)
        #: The dtypes of columns that are handed over with another one, and of numbers of persons.
        self._dtypes: Dict[str, str] = {}
        self._model: Optional[Model] = None
        self._sampled = 0

    def get_metadata(self) -> Any:
        """The metadata that it was made with."""
        return self.metadata

    def get_parameters(self) -> Dict[str, Any]:
        """The settings that it was made with."""
        return {"enforce_min_max_values": True, "enforce_rounding": True, **self._settings}

    def fit(self, data: Any) -> None:
        """Learn a pandas DataFrame."""
        if not hasattr(data, "columns"):
            kind = type(data).__name__
            raise UsageError(f"a {kind} is no table: give a pandas DataFrame", exit_code=2)
        unknown = [name for name in data.columns if name not in self._columns]
        if unknown:
            text = f"the metadata lacks the columns {', '.join(map(repr, unknown))}"
            raise UsageError(text, exit_code=2)
        left_out = [name for name in data.columns if not self._is_learned(name)]
        empty = [name for name in left_out if self._columns[name].get("sdtype") != "id"]
        if empty:
            text = f"columns that name persons or places come back empty: {', '.join(empty)}"
            warnings.warn(text, MellizoWarning, stacklevel=2)
        typed = self._typed(data.drop(columns=left_out))
        self._order = list(data.columns)
        self._dtypes = {
            name: str(data[name].dtype)
            for name in data.columns
            if name in left_out or str(typed[name].dtype) != str(data[name].dtype)
        }
        self._model = fit(typed, **self._settings)
        self._sampled = 0

    def sample(
        self,
        num_rows: int,
        max_tries_per_batch: int = 100,
        batch_size: Optional[int] = None,
        output_file_path: Union[str, PathLike, None] = None,
    ) -> Any:
        """New rows: each call goes on where the last one ended."""
        table = self._fitted().sample(num_rows, start=self._sampled, to="pandas")
        first, self._sampled = self._sampled, self._sampled + num_rows
        for at, name in enumerate(self._order):
            if name not in table.columns and not self._is_learned(name):
                numbered = self._columns[name].get("sdtype") == "id"
                table.insert(at, name, range(first, first + num_rows) if numbered else None)
        for name in table.columns.intersection(list(self._dtypes)):
            table[name] = _as(table[name], self._dtypes[name])
        if output_file_path:
            table.to_csv(output_file_path, index=False)
        return table

    def reset_sampling(self) -> None:
        """Begin again with the first row."""
        self._sampled = 0

    def save(self, filepath: Union[str, PathLike]) -> None:
        """Write the model to a file, and the metadata beside it (``.json``)."""
        self._fitted().save(filepath)
        about = {"columns": self._columns, "order": self._order, "dtypes": self._dtypes}
        with open(f"{filepath}.json", "w", encoding="utf-8") as file:
            json.dump(about, file)

    @classmethod
    def load(cls, filepath: Union[str, PathLike]) -> "MellizoSynthesizer":
        """Read what :meth:`save` wrote."""
        with open(f"{filepath}.json", encoding="utf-8") as file:
            about = json.load(file)
        synthesizer = cls({"columns": about["columns"]})
        synthesizer._order = about["order"]
        synthesizer._dtypes = about.get("dtypes", {})
        synthesizer._model = load(filepath)
        return synthesizer

    def _fitted(self) -> Model:
        if self._model is None:
            raise UsageError("the synthesizer is not fitted yet: call fit(data)", exit_code=2)
        return self._model

    def _is_learned(self, name: str) -> bool:
        return self._columns[name].get("sdtype") in LEARNED

    def _typed(self, data: Any) -> Any:
        """Numbers that the metadata calls categories are categories."""
        import pandas as pd

        coded = {
            name: "category"
            for name in data.columns
            if self._columns[name].get("sdtype") == "categorical"
            and pd.api.types.is_numeric_dtype(data[name].dtype)
            and not pd.api.types.is_bool_dtype(data[name].dtype)
        }
        return data.astype(coded)


def _columns(metadata: Any) -> Dict[str, Mapping[str, Any]]:
    """The columns of one table in any version of SDV's metadata."""
    about = metadata.to_dict() if hasattr(metadata, "to_dict") else metadata
    if not isinstance(about, Mapping):
        kind = type(metadata).__name__
        raise UsageError(f"a {kind} is no metadata: give SDV's or a mapping", exit_code=2)
    if "tables" in about:
        tables = list(about["tables"].values())
        if len(tables) != 1:
            text = f"metadata of {len(tables)} tables: one table is learned at a time"
            raise UsageError(text, exit_code=2)
        about = tables[0]
    if "columns" not in about:
        raise UsageError('metadata without "columns"', exit_code=2)
    columns = dict(about["columns"])
    for name, column in columns.items():
        if not isinstance(column, Mapping):
            text = f"metadata of column {name!r}: it is a mapping such as {{'sdtype': 'numerical'}}"
            raise UsageError(text, exit_code=2)
    return columns


def _as(column: Any, dtype: str) -> Any:
    """With the dtype that the column had, or the nearest one that has room for a missing cell."""
    import pandas as pd

    if column.isna().all():
        return column
    if dtype in ("object", "str"):
        return column.astype(str)
    plain = column.astype(object)
    try:
        return plain.astype(dtype)
    except (TypeError, ValueError):
        return pd.to_numeric(plain, errors="coerce")


def get_trained_synthesizer(data: Any, metadata: Any) -> MellizoSynthesizer:
    """For ``sdgym.create_single_table_synthesizer``."""
    synthesizer = MellizoSynthesizer(metadata)
    synthesizer.fit(data)
    return synthesizer


def sample_from_synthesizer(synthesizer: MellizoSynthesizer, num_rows: int) -> Any:
    """For ``sdgym.create_single_table_synthesizer``."""
    return synthesizer.sample(num_rows)
