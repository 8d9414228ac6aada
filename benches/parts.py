"""A synthetic table in parts, read back by DuckDB, beside the same table in one file.

    python benches/parts.py [--rows 10000000] [--parts 8] [--command target/release/mellizo]

It trains a small model on the bundled cohort, writes the rows in parts by `mellizo sweep` and in one
file by `mellizo sample`, and compares: one table, the same rows in the same order, the same bytes of
CSV. It needs the package `duckdb`, a command built with the feature `parquet`, and disk space of
about 300 bytes a row.
"""

import argparse
import os
import shlex
import subprocess
import tempfile
import time

import duckdb

PLAN = """
out = "all"
[[samples]]
name = "parquet"
model = "trained/private/model.safetensors"
rows = "{rows}"
parts = {parts}
format = "parquet"
options = ["--backend", "cpu"]
[[samples]]
name = "csv"
model = "trained/private/model.safetensors"
rows = "{some}"
parts = {parts}
options = ["--backend", "cpu"]
"""

#: Rows whose CSV is compared byte by byte.
SOME = 100_000


def compare(folder, command, rows, parts):
    """Write and compare; what was found, as a dict. Raises where something differs."""

    def mellizo(line):
        subprocess.run([*command, *line.split()], cwd=folder, check=True, stderr=subprocess.DEVNULL)

    mellizo("train --steps 20 --backend cpu --no-stop --out trained")
    some = min(rows, SOME)
    with open(os.path.join(folder, "plan.toml"), "w") as file:
        file.write(PLAN.format(rows=rows, parts=parts, some=some))
    start = time.monotonic()
    # Out of order, as a scheduler would.
    for index in reversed(range(2 * parts)):
        mellizo(f"sweep plan.toml --index {index}")
    seconds = time.monotonic() - start
    model = "trained/private/model.safetensors"
    mellizo(f"sample {model} --rows {rows} --backend cpu --out whole.parquet --force")
    mellizo(f"sample {model} --rows {some} --backend cpu --out whole.csv --force")

    joined = b""
    for part in sorted(os.listdir(os.path.join(folder, "all/samples/csv"))):
        with open(os.path.join(folder, "all/samples/csv", part, "patients.csv"), "rb") as file:
            joined += file.read()
    with open(os.path.join(folder, "whole.csv"), "rb") as file:
        assert joined == file.read(), "the joined parts of CSV are not the bytes of one run"

    base = duckdb.connect()
    base.execute("set preserve_insertion_order = true; set memory_limit = '2GB'")
    files = sorted(
        os.path.join(folder, "all/samples/parquet", part, "patients.parquet")
        for part in os.listdir(os.path.join(folder, "all/samples/parquet"))
    )
    parted = f"read_parquet({files!r})"
    whole = f"read_parquet('{os.path.join(folder, 'whole.parquet')}')"

    def ask(question):
        return base.execute(question).fetchall()

    types = [ask(f"describe select * from {table}") for table in (parted, whole)]
    assert types[0] == types[1], "columns differ"
    counts = [ask(f"select count(*) from {table}")[0][0] for table in (parted, whole)]
    assert counts == [rows, rows], counts
    # Row by row in both orders, as a hash of every row with its number.
    numbered = "(select t, row_number() over () as row_number from {} t)"
    hashed = "select sum(hash(t, row_number) % 1000000007) from " + numbered
    sums = [ask(hashed.format(table))[0][0] for table in (parted, whole)]
    assert sums[0] == sums[1], "rows or their order differ"
    # The comparison is itself tested: with the parts in another order the sum is another one.
    if parts > 1:
        other = ask(hashed.format(f"read_parquet({files[::-1]!r})"))[0][0]
        assert other != sums[0], "the comparison does not see the order of rows"
    return {"rows": rows, "parts": len(files), "seconds": round(seconds, 1)}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--parts", type=int, default=8)
    options.add_argument("--command", default="target/release/mellizo")
    chosen = options.parse_args()
    command = shlex.split(chosen.command)
    command[0] = os.path.abspath(command[0]) if os.path.exists(command[0]) else command[0]
    with tempfile.TemporaryDirectory() as folder:
        print(compare(folder, command, chosen.rows, chosen.parts))


if __name__ == "__main__":
    main()
