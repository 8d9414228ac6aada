from typing import Any, Callable, Dict, List, Optional, Set, Tuple

__version__: str

class Patients:
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

class Report:
    json: str
    html: str
    private_html: str
    scores: List[Tuple[str, str, str, List[Optional[float]], str]]
    notes: List[str]

class Model:
    warnings: List[str]
    interrupted: bool
    patients: int
    seed: int
    recipe: str
    schema: str
    columns: List[Tuple[str, str]]
    relations: List[str]
    frame_json: Optional[str]
    epochs: Optional[Tuple[int, int]]
    def sample(
        self, first: int, last: int, conditions: List[str], seed: Optional[int], as_text: Set[str]
    ) -> Tuple[Patients, Optional[str]]: ...
    def write(
        self, path: str, first: int, last: int, conditions: List[str], seed: Optional[int]
    ) -> Optional[str]: ...
    def save(self, path: str) -> None: ...
    def report(self, rows: Optional[int], command: str) -> Optional[Report]: ...

def fit_table(
    table: Any,
    name: str,
    arguments: Dict[str, Any],
    progress: Optional[Callable[..., Any]] = None,
) -> Model: ...
def from_bytes(
    data: bytes, backend: str, adapter: Optional[str], warnings: List[str], interrupted: bool
) -> Model: ...
def load(path: str, backend: str, adapter: Optional[str]) -> Model: ...
def evaluate(
    real: Any, synthetic: Any, holdout: Any, name: str, asked: Dict[str, Any]
) -> Tuple[Report, List[str]]: ...
def command(words: List[str]) -> int: ...
