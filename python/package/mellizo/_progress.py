"""A bar of the epochs, in notebooks and terminals."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional


@contextmanager
def watcher(progress: Any) -> Iterator[Optional[Callable[..., Any]]]:
    """What to call while training goes on; None where nobody looks."""
    if callable(progress):
        yield progress
        return
    notebook = _notebook()
    if progress is False or (progress is None and not notebook and not sys.stderr.isatty()):
        yield None
        return
    bar = _Notebook() if notebook else _Terminal()
    try:
        yield bar
    finally:
        bar()


def _notebook() -> bool:
    """Whether this is a kernel of Jupyter, which has loaded IPython then."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"


class _Terminal:
    """One line on stderr, rewritten."""

    def __init__(self) -> None:
        self._width = 0

    def __call__(self, epoch: Optional[int] = None, epochs: int = 0, text: str = "") -> None:
        if epoch is None:
            line, end = "", "\r"
        else:
            done = int(24 * epoch / max(epochs, 1))
            line, end = f"epoch {epoch}/{epochs} [{'=' * done:24}] {text}", ""
        if epoch is None and not self._width:
            return
        sys.stderr.write("\r" + line.ljust(self._width) + end)
        sys.stderr.flush()
        self._width = len(line)


class _Notebook:
    """A progress element that is replaced in place."""

    def __init__(self) -> None:
        self._handle: Any = None

    def __call__(self, epoch: Optional[int] = None, epochs: int = 0, text: str = "") -> None:
        from IPython.display import HTML, display

        if epoch is None:
            return
        shown = HTML(
            f'<progress value="{epoch}" max="{epochs}"></progress> epoch {epoch}/{epochs}, {text}'
        )
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)
