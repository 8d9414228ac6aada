"""The one workload of every peer, its clock, its judges and the outside oracle: what PyTorch and JAX share here.

The `paper` recipe at 804 x 63: batches of 268, fresh noise and a fresh shuffle, one forward pass of G for both updates, both gradients at the old
weights, and after every epoch (three steps) as many generated rows as the cohort has, with running statistics, and both Frechet distances to the cohort.
"""

import argparse
import json
import pathlib
import time

import numpy as np

ROWS, FEATURES, BATCH, LATENT = 804, 63, 268, 32
BATCHES = ROWS // BATCH
GENERATOR = [LATENT, 32, 1024, 512, 256, 256, 128, FEATURES]
DISCRIMINATOR = [FEATURES, 512, 256, 128, 64, 1]
RATE, BETA1, BETA2, ADAM_EPSILON = 1e-4, 0.9, 0.999, 1e-7
NORM_EPSILON, MOMENTUM, SLOPE = 1e-3, 0.99, 0.01
LEVELS = np.arange(1, 21) / 20
ORACLE = pathlib.Path(__file__).parents[2] / "tests" / "fixtures" / "oracle.safetensors"


def options(purpose, modes):
    """What every peer is asked: the mode, the device, for how long, or whether its step is the paper's."""
    asked = argparse.ArgumentParser(description=purpose)
    asked.add_argument("mode", nargs="?", default=modes[0], choices=modes)
    asked.add_argument("device", nargs="?", default="cpu", choices=["cpu", "cuda"])
    asked.add_argument("--models", type=int, default=1, help="seeds trained side by side")
    asked.add_argument("--seconds", type=float, default=10, help="about how long is measured, after the warm-up")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--check", action="store_true", help="hold the step to the oracle of tests/fixtures instead")
    return asked.parse_args()


def cohort():
    """Uniform numbers in [-1, 1), as `mellizo bench` has them: no ties, no structure."""
    return np.random.default_rng(0).uniform(-1, 1, (ROWS, FEATURES)).astype(np.float32)


class Judge:
    """Both Frechet distances in f64, from means [.., d] and covariances [.., d, d] (n - 1) of generated rows."""

    def __init__(self, real):
        real = np.asarray(real, np.float64)
        self.mean, self.covariance = real.mean(0), np.cov(real, rowvar=False)
        values, vectors = np.linalg.eigh(self.covariance)
        self.factor = vectors * np.sqrt(np.maximum(values, 0))

    def __call__(self, mean, covariance):
        mean, covariance = np.asarray(mean, np.float64), np.asarray(covariance, np.float64)
        apart = (mean - self.mean) ** 2
        variance = np.diagonal(covariance, axis1=-2, axis2=-1)
        spread = np.sqrt(np.maximum(variance, 0)) - np.sqrt(np.diagonal(self.covariance))
        eigenvalues = np.linalg.eigvalsh(self.factor.T @ covariance @ self.factor)
        cross = np.sqrt(np.maximum(eigenvalues, 0)).sum(-1)
        joint = apart.sum(-1) + np.trace(self.covariance) + variance.sum(-1) - 2 * cross
        return (apart + spread**2).mean(-1), np.maximum(joint, 0)


def measure(train, seconds):
    """Calls `train(epochs)` after a warm-up for about `seconds`: ms per step of every call, and the first and last of what it returns.

    `train` returns, once the work is done, (G losses, D losses, marginal, joint) of its last epoch. Calls are as long as mellizo's chunks.
    """
    first = train(1)
    begin = time.perf_counter()
    train(1)
    epochs = int(np.clip(0.15 / (time.perf_counter() - begin), 1, 32))
    begin = time.perf_counter()
    while time.perf_counter() - begin < 0.2 * seconds:
        train(epochs)
    samples, begin = [], time.perf_counter()
    while len(samples) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        last = train(epochs)
        samples.append((time.perf_counter() - start) * 1e3 / (epochs * BATCHES))
    return samples, epochs, first, last


def report(train, asked, **about):
    """Measures and prints the one line of JSON that README.md describes."""
    samples, epochs, first, last = measure(train, asked.seconds)
    p10, median, p90 = (round(float(x), 4) for x in np.percentile(samples, [10, 50, 90]))
    names = ("generator_loss", "discriminator_loss", "marginal", "joint")
    course = {name: [float(np.mean(a)), float(np.mean(b))] for name, a, b in zip(names, first, last)}
    line = {"schema": 1, **about, "models": asked.models, "steps": len(samples) * epochs * BATCHES}
    line |= {"step_ms": {"median": median, "p10": p10, "p90": p90}, "evaluation": "both", "course": course}
    print(json.dumps(line), flush=True)


def oracle_steps():
    """The ten steps of the oracle as (t, state before, batch and answers, state after): dictionaries by the names of its README."""
    from safetensors.numpy import load_file

    tensors = load_file(ORACLE)

    def part(prefix):
        return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}

    for t in range(1, 11):
        yield t, part(f"percentile/state{t - 1}/"), part(f"percentile/step{t}/"), part(f"percentile/state{t}/")


class Agreement:
    """The largest relative L2 distance per kind of tensor; `verdict` fails when one is above what it is allowed."""

    def __init__(self):
        self.worst = {}

    def hold(self, kind, got, want, allowed):
        got, want = np.asarray(got, np.float64), np.asarray(want, np.float64)
        off = float(np.linalg.norm(got - want) / np.linalg.norm(want))
        self.worst[kind] = max(self.worst.get(kind, (0.0, allowed)), (off, allowed))

    def verdict(self, name):
        line = ", ".join(f"{kind} {off:.1e} (allowed {allowed:.0e})" for kind, (off, allowed) in self.worst.items())
        # Not `off > allowed`: NaN must fail.
        bad = [kind for kind, (off, allowed) in self.worst.items() if not off <= allowed]
        print(f"{name}: {'WRONG in ' + ', '.join(bad) if bad else 'the same step'}: {line}")
        raise SystemExit(1 if bad or not self.worst else 0)
