"""The training of the `paper` recipe in JAX (jit and scan, f32), as fast as JAX users would write it: prints ms per step.

    pip install jax && python benches/peers/jax_paper.py [EPOCHS] [MODELS]

804 x 63 made-up rows, batches of 268, fresh noise and a fresh shuffle, one forward pass of G for both updates, and after every epoch 804
generated rows with running statistics and their marginal Frechet distance. The joint distance is left out (ours includes it).
MODELS above 1 trains that many seeds side by side with vmap.
"""

import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

ROWS, FEATURES, BATCH, LATENT = 804, 63, 268, 32
GENERATOR = [LATENT, 32, 1024, 512, 256, 256, 128, FEATURES]
DISCRIMINATOR = [FEATURES, 512, 256, 128, 64, 1]
LEVELS = jnp.arange(1, 21) / 20


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
            x = (x - mean) * jax.lax.rsqrt(var + 1e-3) * layer["gamma"]
        x = x + layer["shift"]
        if "gamma" in layer:
            x = jnp.where(x > 0, x, 0.01 * x)
    return x, seen


def generator_loss(layers, latent, real):
    fake, seen = network(layers, latent)
    error = jnp.quantile(fake, LEVELS, axis=0) - jnp.quantile(real, LEVELS, axis=0)
    return (error**2).mean(), (fake, seen)


def discriminator_loss(layers, real, fake):
    (a, seen_real), (b, seen_fake) = network(layers, real), network(layers, fake)
    return jax.nn.softplus(-a).mean() + jax.nn.softplus(b).mean(), (seen_real, seen_fake)


def keep(running, seen):
    return jax.tree.map(lambda old, new: 0.99 * old + 0.01 * new, running, seen)


def adam(layers, gradients, m, v, t):
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
    rate = 1e-4 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), layers, m, v), m, v


def step(state, given):
    real, key = given
    g, d, t = state["g"], state["d"], state["t"] + 1
    latent = jax.random.uniform(key, (BATCH, LATENT), minval=-1, maxval=1)
    (loss_g, (fake, seen)), grad_g = jax.value_and_grad(generator_loss, has_aux=True)(g["layers"], latent, real)
    (loss_d, (seen_real, seen_fake)), grad_d = jax.value_and_grad(discriminator_loss, has_aux=True)(d["layers"], real, fake)
    new_g = adam(g["layers"], grad_g, g["m"], g["v"], t)
    new_d = adam(d["layers"], grad_d, d["m"], d["v"], t)
    state = {
        "g": dict(zip(("layers", "m", "v"), new_g), running=keep(g["running"], seen)),
        "d": dict(zip(("layers", "m", "v"), new_d), running=keep(keep(d["running"], seen_real), seen_fake)),
        "t": t,
    }
    return state, (loss_g, loss_d)


def epoch(data, state, key):
    shuffle, noise, judge = jax.random.split(key, 3)
    order = jax.random.permutation(shuffle, ROWS)[: ROWS // BATCH * BATCH].reshape(-1, BATCH)
    state, losses = jax.lax.scan(step, state, (data[order], jax.random.split(noise, len(order))))
    latent = jax.random.uniform(judge, (ROWS, LATENT), minval=-1, maxval=1)
    rows, _ = network(state["g"]["layers"], latent, state["g"]["running"])
    marginal = ((rows.mean(0) - data.mean(0)) ** 2 + (rows.std(0, ddof=1) - data.std(0, ddof=1)) ** 2).mean()
    return state, (losses, marginal)


def start(key):
    state = {"t": 0.0}
    for name, sizes, sub in zip("gd", (GENERATOR, DISCRIMINATOR), jax.random.split(key)):
        layers = initial(sub, sizes)
        zeros = jax.tree.map(jnp.zeros_like, layers)
        running = [(jnp.zeros(n), jnp.ones(n)) for n in sizes[1:-1]]
        state[name] = {"layers": layers, "m": zeros, "v": zeros, "running": running}
    return state


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    models = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    data = jnp.asarray(np.random.default_rng(0).uniform(-1, 1, (ROWS, FEATURES)), jnp.float32)
    run = lambda state, keys: jax.lax.scan(lambda s, k: epoch(data, s, k), state, keys)
    state, keys = start(jax.random.key(0)), jax.random.split(jax.random.key(1), epochs)
    if models > 1:
        state = jax.vmap(start)(jax.random.split(jax.random.key(0), models))
        keys = jax.vmap(lambda key: jax.random.split(key, epochs))(jax.random.split(jax.random.key(1), models))
        run = jax.vmap(run)
    run = jax.jit(run)
    jax.block_until_ready(run(state, keys))
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        jax.block_until_ready(run(state, keys))
        times.append((time.perf_counter() - begin) / (epochs * (ROWS // BATCH)) * 1e3)
    print(f"jax {jax.__version__} {jax.devices()[0].platform}, {models} models: {sorted(times)[1]:.2f} ms a step")


if __name__ == "__main__":
    main()
