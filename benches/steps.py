#!/usr/bin/env python3
"""A budget of steps beside full training: what each number of steps costs and what it gives.

    python benches/steps.py TABLE.csv WORK [--steps default 600 1200 full] [--threads 1] [--command target/release/mellizo]

TABLE.csv is any table that `mellizo run` accepts. `default` is a run as it comes; a number is that many steps, of which none is left out;
`full` is what the recipe's epochs ask for without a budget. Every run keeps back a fifth of the patients, with the same seed, who judge it. Seconds are processor time
of the whole run, synthetic patients and judgement included. What WORK holds already is not made again. It prints one line of a table in Markdown a run,
and one for those kept back beside those trained on.
"""

import argparse
import json
import pathlib
import resource
import subprocess

#: Title, key in `scores` of `share/report.json`.
SCORES = [
    ("joint Fréchet", "joint_frechet"),
    ("related trends", "pair_trends_strong"),
    ("all trends", "pair_trends_all"),
    ("columns", "column_shapes"),
    ("trees", "detection_trees_auc"),
]


def options(steps, epochs):
    """The options of `run` that a number of steps, `default` or `full` means."""
    if steps == "default":
        return []
    if steps == "full":
        return ["--epochs", str(epochs), "--no-stop"]
    return ["--steps", steps, "--no-stop"]


def run(table, folder, extra, arguments):
    """Trains and judges once; processor seconds, or those of the run that lies there."""
    seconds = folder / "seconds.txt"
    if not seconds.exists():
        command = [arguments.command, "run", table, "--backend", "cpu", "--threads", str(arguments.threads), "--holdout", "0.2"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, "--seed", str(arguments.seed), "--out", folder / "out", "--force", *extra], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.write_text(f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.0f}")
    return seconds.read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--steps", nargs="+", default=["default", "600", "1200", "full"])
    parser.add_argument("--epochs", type=int, default=1200, help="epochs of `full`")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", default="target/release/mellizo")
    arguments = parser.parse_args()
    print("| steps | epochs | processor seconds |", " | ".join(title for title, _ in SCORES), "|")
    print("|---|---|---|" + "---|" * len(SCORES))
    for steps in arguments.steps:
        folder = arguments.work / steps
        folder.mkdir(parents=True, exist_ok=True)
        seconds = run(arguments.table, folder, options(steps, arguments.epochs), arguments)
        report = json.loads((folder / "out" / "share" / "report.json").read_text())
        epochs = (folder / "out" / "share" / "history.csv").read_text().count("\n") - 1
        against = report["against_holdout"]
        cells = [f"{against[key]:.3f}" for _, key in SCORES]
        print(f"| {steps} | {epochs} | {seconds} |", " | ".join(cells), "|", flush=True)
    real = [f"{report['scores'][key]['holdout']:.3f}" for _, key in SCORES]
    print("| the hold-out and training patients | | |", " | ".join(real), "|")


if __name__ == "__main__":
    main()
