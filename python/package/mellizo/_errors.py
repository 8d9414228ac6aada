"""What can go wrong, by kind."""

from __future__ import annotations

from typing import Optional


class MellizoWarning(UserWarning):
    """What the user should know of a table, a model or a report."""


class MellizoError(Exception):
    """Everything that can go wrong.

    ``exit_code`` is that of the command for the same mistake.
    """

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UsageError(MellizoError, ValueError):
    """An argument or a recipe that makes no sense."""


class InputError(MellizoError, ValueError):
    """A table that cannot be used as it is.

    ``row`` counts data rows from 1 (0 is the header); it and ``column`` are None where the table
    as a whole is meant.
    No message repeats the value of a cell.

    >>> try:
    ...     mellizo.fit(cohort.assign(id=[f"{i:05}" for i in range(len(cohort))]))
    ... except mellizo.InputError as error:
    ...     print(error.column)
    id
    """

    def __init__(
        self,
        message: str,
        *,
        exit_code: int = 3,
        file: str = "",
        row: Optional[int] = None,
        column: Optional[str] = None,
        problem: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(message, exit_code=exit_code)
        self.file = file
        self.row = row
        self.column = column
        self.problem = problem
        self.remedy = remedy


class FileError(MellizoError, OSError):
    """A file that cannot be read or written."""


class DeviceError(MellizoError, RuntimeError):
    """No such GPU, a lost one, or a limit of it."""


class DivergedError(MellizoError, ArithmeticError):
    """Training met NaN or infinity."""


class CorruptError(MellizoError, ValueError):
    """A model file that is damaged."""


class GateError(MellizoError):
    """A result whose privacy is not what it had to be."""
