"""How good a synthetic table is."""

from __future__ import annotations

import json
import warnings
from html import escape
from os import PathLike
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from . import _mellizo
from ._errors import MellizoWarning
from ._frames import handed_over, readable, texts

_NUMBERS = ("value", "ceiling", "floor", "against_holdout", "holdout", "low", "high", "whole")


class Report:
    """Scores, each between what real patients reach and what chance reaches.

    ``scores`` is a list of dicts with the keys ``score``, ``label``, ``meaning``, ``value``,
    ``ceiling``, ``floor``, ``against_holdout``, ``holdout``, ``low``, ``high``, ``whole`` and
    ``best``; a number is None where there is none.
    A notebook shows the page of :meth:`html`, which may be passed on.
    """

    def __init__(self, native: Any) -> None:
        self._native = native

    @property
    def scores(self) -> List[Dict[str, Any]]:
        """The scores in the order of the report."""
        best = {"Higher": "high", "Lower": "low"}
        return [
            {
                "score": key,
                "label": label,
                "meaning": meaning,
                **dict(zip(_NUMBERS, numbers)),
                "best": best.get(better, better),
            }
            for key, label, meaning, numbers, better in self._native.scores
        ]

    @property
    def notes(self) -> List[str]:
        """What the reader must know."""
        return list(self._native.notes)

    def __getitem__(self, score: str) -> Optional[float]:
        """The value of a score, by its key."""
        for key, _, _, numbers, _ in self._native.scores:
            if key == score:
                return numbers[0]
        raise KeyError(score)

    def to_pandas(self) -> Any:
        """The scores as a pandas DataFrame, one row per score."""
        import pandas

        return pandas.DataFrame(self.scores).set_index("score")

    def json(self) -> Dict[str, Any]:
        """Everything that was measured, as ``report.json`` has it."""
        return json.loads(self._native.json)

    def html(self, path: Union[str, PathLike, None] = None) -> str:
        """The page that may be passed on; with ``path`` it is written there."""
        return _written(self._native.html, path)

    def private_html(self, path: Union[str, PathLike, None] = None) -> str:
        """The owner's page, with pictures of real patients."""
        return _written(self._native.private_html, path)

    def _repr_html_(self) -> str:
        page = escape(self._native.html, quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:40em;border:0"></iframe>'

    def __repr__(self) -> str:
        def number(value: Optional[float]) -> str:
            return "-" if value is None else f"{value:.3f}"

        lines = [f"{'score':26}{'value':>8}{'ceiling':>9}{'floor':>8}"]
        for one in self.scores:
            numbers = [number(one[key]) for key in ("value", "ceiling", "floor")]
            lines.append("{:26}{:>8}{:>9}{:>8}".format(one["score"], *numbers))
        return "\n".join(lines)


def _written(text: str, path: Union[str, PathLike, None]) -> str:
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return text


def evaluate(
    real: Any,
    synthetic: Any,
    holdout: Any = None,
    time: Optional[str] = None,
    event: Optional[str] = None,
    *,
    strata: Optional[str] = None,
    schema: Union[str, PathLike, Mapping[str, Any], None] = None,
    drop: Sequence[str] = (),
    patient: Optional[str] = None,
    missing: Sequence[str] = (),
    seed: int = 1,
    name: Optional[str] = None,
) -> Report:
    """Judge a synthetic table, made by any tool, by the real one.

    Parameters
    ----------
    real, synthetic
        Tables with the same columns, as for :func:`mellizo.fit`.
    holdout
        Real patients that the synthetic table was not made of; without them several risks cannot
        be judged.
    time, event, strata
        Columns of survival: how long, whether the event came, and groups.
    schema, drop, patient, missing, seed, name
        As for :func:`mellizo.fit`.

    Examples
    --------
    >>> half = len(cohort) // 2
    >>> report = mellizo.evaluate(cohort[:half], cohort[half:])
    >>> report["column_shapes"] > 0.8
    True
    """
    from ._fit import _schema

    schema_file, schema_json = _schema(schema)
    asked = {
        "schema_file": schema_file,
        "schema_json": schema_json,
        "drop": texts("drop", drop),
        "patient": patient,
        "time": time,
        "event": event,
        "strata": strata,
        "missing": texts("missing", missing),
        "seed": seed,
        "command": f"mellizo.evaluate(real, synthetic, seed={seed})",
    }
    named = readable("name", str(name or "real table"))
    kept_back = None if holdout is None else handed_over(holdout)
    native, told = _mellizo.evaluate(
        handed_over(real), handed_over(synthetic), kept_back, named, asked
    )
    for text in told:
        warnings.warn(text, MellizoWarning, stacklevel=2)
    return Report(native)
