"""Runs `sweep.py` on a Ray of this machine, kills a worker while it trains, and compares the results.

    python examples/ray/test.py          (with the wheel and `ray` installed)
"""

import filecmp
import glob
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import ray

import sweep

PLAN = """
out = "all"
[table.lung]
[[runs]]
recipes = ["joint"]
seeds = 2
options = ["--backend", "cpu", "--steps", "200", "--no-stop", "--no-evaluation",
           "--checkpoint-seconds", "0.2"]
"""


def workers():
    """Processes of Ray that do a task."""
    found = []
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{folder}/cmdline", "rb") as file:
                line = file.read()
        except OSError:
            continue
        if line.startswith(b"ray::perform"):
            found.append(int(os.path.basename(folder)))
    return found


def killer(run, killed):
    """Kill the worker of a run with SIGKILL once it has a checkpoint."""
    end = time.monotonic() + 300
    while time.monotonic() < end and not glob.glob(f"{run}/private/checkpoints/*"):
        time.sleep(0.05)
    holders = workers()
    for process in holders:
        os.kill(process, signal.SIGKILL)
        killed.append(process)


def main():
    folder = tempfile.mkdtemp()
    plan = os.path.join(folder, "plan.toml")
    with open(plan, "w") as file:
        file.write(PLAN)
    ray.init(num_cpus=1, include_dashboard=False, runtime_env=sweep.RUNTIME)
    run = os.path.join(folder, "all/runs/lung/joint/seed-1")
    killed = []
    thread = threading.Thread(target=killer, args=(run, killed))
    thread.start()
    sweep.main(plan)
    thread.join()
    assert killed, "no worker was killed"
    print("killed with SIGKILL:", killed)
    alone = os.path.join(folder, "alone")
    line = "run --recipe joint --seed 1 --backend cpu --steps 200 --no-stop --no-evaluation --out"
    subprocess.run(
        [sys.executable, "-m", "mellizo", *line.split(), alone], check=True, stderr=subprocess.DEVNULL
    )
    for name in ("private/model.safetensors", "share/synthetic.csv"):
        same = filecmp.cmp(os.path.join(run, name), os.path.join(alone, name), shallow=False)
        assert same, f"{name} differs from that of a run that nobody killed"
    print("the same bytes as a run that nobody killed")


if __name__ == "__main__":
    main()
