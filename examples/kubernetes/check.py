"""Checks job.yaml against the types of the Kubernetes API.

    python examples/kubernetes/check.py          (needs PyYAML and the package `kubernetes`)

Every key must be one of its type, every value of the key's type, and what is required must be there.
"""

import os
import re
import sys

import yaml
from kubernetes import client


def problems(value, kind, path):
    """What in a value is not of a type, as lines."""
    listed = re.fullmatch(r"[Ll]ist\[(.+)\]", kind)
    mapped = re.fullmatch(r"[Dd]ict\((.+), (.+)\)|[Dd]ict\[(.+), (.+)\]", kind)
    if listed:
        if not isinstance(value, list):
            return [f"{path}: no list"]
        return [one for at, item in enumerate(value) for one in problems(item, listed[1], f"{path}[{at}]")]
    if mapped:
        inner = mapped[2] or mapped[4]
        if not isinstance(value, dict):
            return [f"{path}: no mapping"]
        return [one for key, item in value.items() for one in problems(item, inner, f"{path}.{key}")]
    plain = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}
    if kind in plain:
        right = isinstance(value, plain[kind]) and not (kind == "int" and isinstance(value, bool))
        return [] if right else [f"{path}: {value!r} is no {kind}"]
    return members(value, getattr(client, kind), path)


def members(value, model, path):
    """The same of a mapping that is an object of the API."""
    if not isinstance(value, dict):
        return [f"{path}: no mapping"]
    keys = {key: name for name, key in model.attribute_map.items()}
    found = [f"{path}: unknown key {key!r}" for key in value if key not in keys]
    for key, name in keys.items():
        if key in value:
            found += problems(value[key], model.openapi_types[name], f"{path}.{key}")
    try:
        known = {keys[key]: item for key, item in value.items() if key in keys}
        model(**known)
    except ValueError as error:
        lines = str(error).splitlines()
        found.append(f"{path}: {' '.join(lines[:3])}")
    return found


def check(job):
    """What is wrong with a Job."""
    return members(job, client.V1Job, "job")


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "job.yaml")
    with open(path) as file:
        job = yaml.safe_load(file)
    found = check(job)
    # The check itself is checked: a wrong key, a wrong type and a missing key are found.
    planted = yaml.safe_load(open(path))
    planted["spec"]["completion"] = 3
    planted["spec"]["parallelism"] = "ten"
    del planted["spec"]["template"]["spec"]["containers"][0]["name"]
    told = "\n".join(check(planted))
    for part in ("unknown key 'completion'", "'ten' is no int", "name"):
        assert part in told and part not in "\n".join(found), told
    for line in found:
        print(line, file=sys.stderr)
    print("job.yaml:", "wrong" if found else "a V1Job")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
