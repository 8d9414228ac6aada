"""A plan of `mellizo sweep` as Ray tasks, one per task of the plan.

    python examples/ray/sweep.py plan.toml

A worker that dies is replaced, and its task goes on from its newest checkpoint: the folder of a task
alone says how far it is. The folders must lie where every node sees them.
"""

import json
import os
import subprocess
import sys

import ray

# Beside other workers of this machine, one thread each.
RUNTIME = {"env_vars": {"RAYON_NUM_THREADS": "1"}}


def tasks(plan):
    """The list of a plan's tasks."""
    line = [sys.executable, "-m", "mellizo", "sweep", plan, "--json"]
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["tasks"]


# `max_retries` is for workers that die; an exception of `perform` itself is an error of the task.
# The command runs inside the worker, so that nothing of it outlives the worker.
@ray.remote(num_cpus=1, max_retries=5)
def perform(plan, index):
    """Do one task; its folder has the results."""
    import mellizo

    code = mellizo.command(["sweep", plan, "--index", str(index)])
    if code != 0:
        raise RuntimeError(f"task {index} ended with exit code {code}: see failed.json in its folder")


def main(plan):
    """Do all tasks that are not done."""
    plan = os.path.abspath(plan)
    open_tasks = [task for task in tasks(plan) if task["state"] != "done"]
    results = [perform.remote(plan, task["index"]) for task in open_tasks]
    for task, result in zip(open_tasks, results):
        ray.get(result)
        print(task["folder"], "is done", flush=True)


if __name__ == "__main__":
    ray.init(runtime_env=RUNTIME)
    main(sys.argv[1])
