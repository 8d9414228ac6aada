"""A synthetic table in parts, read back by DuckDB, beside the same table in one file.

    python benches/parts.py [--rows 10000000] [--parts 8] [--command target/release/mellizo]

It trains a small model on the bundled cohort, writes the rows in parts by `mellizo sweep` and in
one file by `mellizo sample`, as Parquet and as CSV, and compares: one table, the same rows in the
same order, the same bytes of CSV. It needs the package `duckdb`, a command built with the feature
`parquet`, and disk space of about 600 bytes a row.
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
rows = "{rows}"
parts = {parts}
options = ["--backend", "cpu"]
"""


def same_bytes(parts, whole):
    """Whether files one after the other are another one; a piece at a time."""
    with open(whole, "rb") as rest:
        for part in parts:
            with open(part, "rb") as file:
                while piece := file.read(1 << 20):
                    if rest.read(len(piece)) != piece:
                        return False
        return not rest.read(1)


def compare(folder, command, rows, parts):
    """Write and compare; what was found, as a dict. Raises where something differs."""

    def mellizo(line):
        subprocess.run([*command, *line.split()], cwd=folder, check=True, stderr=subprocess.DEVNULL)

    # A small generator: what is compared is how rows are made and written.
    mellizo("train --steps 20 --backend cpu --no-stop --set generator.widths=[16,32] --out trained")
    with open(os.path.join(folder, "plan.toml"), "w") as file:
        file.write(PLAN.format(rows=rows, parts=parts))
    start = time.monotonic()
    # Out of order, as a scheduler would.
    for index in reversed(range(2 * parts)):
        mellizo(f"sweep plan.toml --index {index}")
    seconds = time.monotonic() - start
    model = "trained/private/model.safetensors"
    mellizo(f"sample {model} --rows {rows} --backend cpu --out whole.parquet --force")
    mellizo(f"sample {model} --rows {rows} --backend cpu --out whole.csv --force")

    def files_of(kind):
        place = os.path.join(folder, "all/samples", kind)
        return [os.path.join(place, part, f"patients.{kind}") for part in sorted(os.listdir(place))]

    files, whole = files_of("csv"), os.path.join(folder, "whole.csv")
    assert same_bytes(files, whole), "the joined parts of CSV are not the bytes of one run"
    assert not same_bytes(files[:-1], whole), "the comparison does not see that a part is missing"
    one_table(files_of("parquet"), os.path.join(folder, "whole.parquet"), rows)
    return {"rows": rows, "parts": len(files), "seconds": round(seconds, 1)}


def one_table(files, whole, rows):
    """Raises where the files, read by DuckDB as one table, are not the rows of `whole` in order."""
    base = duckdb.connect()
    base.execute("set preserve_insertion_order = true; set memory_limit = '2GB'")
    tables = [f"read_parquet({files!r})", f"read_parquet('{whole}')"]

    def ask(question):
        return base.execute(question).fetchall()

    types = [ask(f"describe select * from {table}") for table in tables]
    assert types[0] == types[1], "columns differ"
    counts = [ask(f"select count(*) from {table}")[0][0] for table in tables]
    assert counts == [rows, rows], counts
    # Row by row in both orders, as a hash of every row with its number.
    numbered = "(select t, row_number() over () as row_number from {} t)"
    hashed = "select sum(hash(t, row_number) % 1000000007) from " + numbered
    sums = [ask(hashed.format(table))[0][0] for table in tables]
    assert sums[0] == sums[1], "rows or their order differ"
    # The comparison is itself tested: with the parts in another order the sum is another one.
    if len(files) > 1:
        other = ask(hashed.format(f"read_parquet({files[::-1]!r})"))[0][0]
        assert other != sums[0], "the comparison does not see the order of rows"


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
