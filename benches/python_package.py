"""What the Python package costs beside the command: import, size, training, handing a table over.

    python benches/python_package.py [--wheel FILE] [--runs 7] [--steps 300]

It needs the installed wheel with pandas and pyarrow. Times are those of the processor (user and
system, of all threads), because other work on the machine does not count in them; training is
measured in turn, and the ratio is one of medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

IMPORT = """
import time
start = time.perf_counter()
import mellizo
print(time.perf_counter() - start)
"""

FIT = """
import json, sys, time, warnings, resource
import pandas, pyarrow
import mellizo
warnings.simplefilter("ignore")
def used():
    of = resource.getrusage(resource.RUSAGE_SELF)
    return of.ru_utime + of.ru_stime
wall, start = time.perf_counter(), used()
table = pandas.read_csv(sys.argv[1])
settings = {"steps": int(sys.argv[2]), "early_stopping": False, "backend": "cpu"}
model = mellizo.fit(table, holdout=None, **settings)
print(json.dumps([used() - start, time.perf_counter() - wall]))
"""

COMMAND = """
import json, sys, time, resource, os
import mellizo
def used():
    of = resource.getrusage(resource.RUSAGE_SELF)
    return of.ru_utime + of.ru_stime
wall, start = time.perf_counter(), used()
words = ["train", sys.argv[1], "--steps", sys.argv[2], "--no-stop", "--backend", "cpu", "--force"]
code = mellizo.command([*words, "--checkpoint-seconds", "0", "--out", sys.argv[3]])
print(json.dumps([used() - start, time.perf_counter() - wall]))
sys.exit(code)
"""

HAND_OVER = """
import json, warnings
import numpy, pandas, pyarrow
import mellizo
from mellizo._frames import handed_over
def now(key):
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith(key)).split()[1]) / 1024
def peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
numbers = numpy.random.default_rng(1).random((20, 1_000_000))
table = pandas.DataFrame({f"x{at}": column for at, column in enumerate(numbers)}, copy=False)
handed_over(table.iloc[:1000])
peak()
before = now("VmRSS")
arrow = handed_over(table)
stream = arrow.__arrow_c_stream__()
print(json.dumps({"numbers_mib": numbers.nbytes / 2**20, "rss_before_mib": before,
                  "rss_after_mib": now("VmRSS"), "peak_mib": now("VmHWM")}))
"""


def python(code, *words):
    """What a fresh interpreter prints, as JSON."""
    line = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--wheel")
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--steps", type=int, default=300)
    options.add_argument("--data", default="data/support2_lung.csv")
    options.add_argument("--out", default="target/python-package")
    chosen = options.parse_args()
    told = {"import_seconds": min(python(IMPORT) for _ in range(chosen.runs))}
    if chosen.wheel:
        told["wheel_bytes"] = os.path.getsize(chosen.wheel)
    told["hand_over"] = python(HAND_OVER)
    pairs = [
        (
            python(FIT, chosen.data, chosen.steps)[0],
            python(COMMAND, chosen.data, chosen.steps, chosen.out)[0],
        )
        for _ in range(chosen.runs)
    ]
    ours, its = (statistics.median(of) for of in zip(*pairs))
    told |= {"fit_seconds": ours, "command_seconds": its, "ratio": ours / its, "pairs": pairs}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
