"""The training of the `paper` recipe in JAX (f32) as its users would write it: prints one line of JSON (README.md beside this file).

    python benches/peers/jax_paper.py [scan] [cpu|cuda] [--models N] [--seconds S] [--check]

One jit of a scan over epochs of a scan over steps; with `--models` above 1, vmap over seeds around both. Nothing of the recipe is left out: means and
covariances of the generated rows come out of every epoch, and the host turns them into both Frechet distances in f64 after each call.
"""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
from workload import (
    ADAM_EPSILON, BATCH, BATCHES, BETA1, BETA2, DISCRIMINATOR, GENERATOR, LATENT, LEVELS, MOMENTUM, NORM_EPSILON, RATE, ROWS, SLOPE,
    Agreement, Judge, cohort, options, oracle_steps, report,
)

ROUNDED_LEVELS = np.float32(LEVELS)


def initial(key, sizes):
    layers = []
    for i, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        key, sub = jax.random.split(key)
        limit = (6 / (rows + columns)) ** 0.5
        layer = {"w": jax.random.uniform(sub, (rows, columns), minval=-limit, maxval=limit), "shift": jnp.zeros(columns)}
        if i + 2 < len(sizes):
            layer["gamma"] = jnp.ones(columns)
        layers.append(layer)
    return layers


def network(layers, x, running=None):
    """Output and batch statistics of the hidden layers; with `running`, these are used instead of the batch's."""
    seen = []
    for i, layer in enumerate(layers):
        x = x @ layer["w"]
        if "gamma" in layer:
            mean, var = running[i] if running else (x.mean(0), x.var(0))
            seen.append((mean, var))
            x = (x - mean) * jax.lax.rsqrt(var + NORM_EPSILON) * layer["gamma"]
        x = x + layer["shift"]
        if "gamma" in layer:
            x = jnp.where(x > 0, x, SLOPE * x)
    return x, seen


def generator_loss(layers, latent, real):
    fake, seen = network(layers, latent)
    error = jnp.quantile(fake, ROUNDED_LEVELS, axis=0) - jnp.quantile(real, ROUNDED_LEVELS, axis=0)
    return (error**2).mean(), (fake, seen)


def discriminator_loss(layers, real, fake):
    (a, seen_real), (b, seen_fake) = network(layers, real), network(layers, fake)
    return jax.nn.softplus(-a).mean() + jax.nn.softplus(b).mean(), (seen_real, seen_fake)


def keep(running, seen):
    return jax.tree.map(lambda old, new: MOMENTUM * old + (1 - MOMENTUM) * new, running, seen)


def adam(layers, gradients, m, v, t, rate):
    m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, gradients)
    v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, gradients)
    rate = rate * jnp.sqrt(1 - BETA2**t) / (1 - BETA1**t)
    return jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + ADAM_EPSILON), layers, m, v), m, v


def update(state, real, latent, rate=RATE):
    """One training step."""
    g, d, t = state["g"], state["d"], state["t"] + 1
    (loss_g, (fake, seen)), grad_g = jax.value_and_grad(generator_loss, has_aux=True)(g["layers"], latent, real)
    (loss_d, (seen_real, seen_fake)), grad_d = jax.value_and_grad(discriminator_loss, has_aux=True)(d["layers"], real, fake)
    new_g = adam(g["layers"], grad_g, g["m"], g["v"], t, rate)
    new_d = adam(d["layers"], grad_d, d["m"], d["v"], t, rate)
    state = {
        "g": dict(zip(("layers", "m", "v"), new_g), running=keep(g["running"], seen)),
        "d": dict(zip(("layers", "m", "v"), new_d), running=keep(keep(d["running"], seen_real), seen_fake)),
        "t": t,
    }
    return state, (loss_g, loss_d)


def step(state, given):
    real, key = given
    return update(state, real, jax.random.uniform(key, (BATCH, LATENT), minval=-1, maxval=1))


def epoch(data, state, key):
    """Three steps, then the means and the covariance of as many generated rows as the cohort has."""
    shuffle, noise, judge = jax.random.split(key, 3)
    order = jax.random.permutation(shuffle, ROWS)[: BATCHES * BATCH].reshape(-1, BATCH)
    state, losses = jax.lax.scan(step, state, (data[order], jax.random.split(noise, BATCHES)))
    latent = jax.random.uniform(judge, (ROWS, LATENT), minval=-1, maxval=1)
    rows, _ = network(state["g"]["layers"], latent, state["g"]["running"])
    mean = rows.mean(0)
    return state, (*(loss[-1] for loss in losses), mean, (rows - mean).T @ (rows - mean) / (ROWS - 1))


def start(key):
    state = {"t": 0.0}
    for name, sizes, sub in zip("gd", (GENERATOR, DISCRIMINATOR), jax.random.split(key)):
        layers = initial(sub, sizes)
        zeros = jax.tree.map(jnp.zeros_like, layers)
        running = [(jnp.zeros(n), jnp.ones(n)) for n in sizes[1:-1]]
        state[name] = {"layers": layers, "m": zeros, "v": zeros, "running": running}
    return state


def trainer(asked):
    rows = cohort()
    data, judge = jnp.asarray(rows), Judge(rows)
    key, seed = jax.random.split(jax.random.key(asked.seed))

    def run(state, keys):
        return jax.lax.scan(lambda s, k: epoch(data, s, k), state, keys)

    if asked.models > 1:
        run, state = jax.vmap(run), jax.vmap(start)(jax.random.split(seed, asked.models))
    else:
        state = start(seed)
    # Both moments start as one buffer of zeros, which cannot be donated twice.
    run, state = jax.jit(run, donate_argnums=0), jax.tree.map(jnp.copy, state)

    def train(epochs):
        nonlocal state, key
        key, sub = jax.random.split(key)
        keys = jax.random.split(sub, (asked.models, epochs) if asked.models > 1 else epochs)
        state, results = run(state, keys)
        g_loss, d_loss, mean, covariance = (np.asarray(each) for each in results)
        return [each[..., -1] for each in (g_loss, d_loss, *judge(mean, covariance))]

    return train


def from_oracle(tensors, t):
    """A state of the oracle in the shape of ours, in f32."""
    state = {"t": jnp.float32(t)}
    for name in "gd":
        layers, m, v, running, i = [], [], [], [], 0
        while f"{name}/{i}/w" in tensors:
            hidden = f"{name}/{i}/gamma" in tensors
            names = {"w": "w", "shift": "beta", "gamma": "gamma"} if hidden else {"w": "w", "shift": "b"}
            for into, prefix in ((layers, ""), (m, "m_"), (v, "v_")):
                into.append({ours: jnp.float32(tensors[f"{name}/{i}/{prefix}{theirs}"]) for ours, theirs in names.items()})
            if hidden:
                running.append(tuple(jnp.float32(tensors[f"{name}/{i}/running_{key}"]) for key in ("mean", "var")))
            i += 1
        state[name] = {"layers": layers, "m": m, "v": v, "running": running}
    return state


def check(asked):
    """Every step from the oracle's state, as one of `--models` in a vmap if there are several."""
    agreement = Agreement()
    one = functools.partial(update, rate=1e-3)
    run = jax.jit(jax.vmap(one) if asked.models > 1 else one)
    kinds = {"m": "moments", "v": "moments", "running": "running statistics", "layers": "updates"}
    for t, before, batch, after in oracle_steps():
        old, new = from_oracle(before, t - 1), from_oracle(after, t)
        given = (old, jnp.float32(batch["real"]), jnp.float32(batch["z"]))
        if asked.models > 1:
            given = jax.tree.map(lambda x: jnp.stack([x] * asked.models), given)
        got, losses = run(*given)
        if asked.models > 1:
            got, losses = jax.tree.map(lambda x: x[-1], (got, losses))
        agreement.hold("losses", losses, [batch["g_loss"], batch["d_loss"]], 1e-5)
        for name, (part, kind) in itertools.product("gd", kinds.items()):
            # What is small beside what was there before is judged by how far it moved.
            moved = kind != "moments"
            for a, b, c in zip(*(jax.tree.leaves(state[name][part]) for state in (got, old, new)), strict=True):
                agreement.hold(kind, a - b * moved, c - b * moved, 1e-3 if moved else 1e-4)
    agreement.verdict(f"jax {asked.device}, {asked.models} models")


def main():
    asked = options(__doc__, ["scan"])
    if asked.device != jax.default_backend().replace("gpu", "cuda"):
        if asked.device == "cuda":
            raise SystemExit("no CUDA device here, or jax without its CUDA plug-in (pip install 'jax[cuda12]')")
        jax.config.update("jax_platforms", "cpu")
    # On a GPU the default is TF32, which no other column of the table uses.
    jax.config.update("jax_default_matmul_precision", "highest")
    if asked.check:
        check(asked)
    mode = "jit, scan" + (", vmap" if asked.models > 1 else "")
    about = {"peer": f"jax ({mode})", "version": jax.__version__, "backend": asked.device, "device": jax.devices()[0].device_kind}
    report(trainer(asked), asked, **about, left_out=[])


if __name__ == "__main__":
    main()
