"""The training of the `paper` recipe in PyTorch (f32) as its users would write it: prints one line of JSON (README.md beside this file).

    python benches/peers/torch_paper.py [eager|compile|graph] [cpu|cuda] [--seconds S] [--check]

`compile` compiles both losses and their gradients, `graph` replays one CUDA graph of a whole epoch on top of that. What differs from the recipe: Adam's
epsilon stands inside the bias correction, and running variances are unbiased (268/267).
"""

import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from workload import (
    ADAM_EPSILON, BATCH, BATCHES, BETA1, BETA2, DISCRIMINATOR, GENERATOR, LATENT, LEVELS, MOMENTUM, NORM_EPSILON, RATE, ROWS, SLOPE,
    Agreement, Judge, cohort, options, oracle_steps, report,
)


def network(sizes):
    layers = []
    for rows, columns in zip(sizes[:-2], sizes[1:-1]):
        norm = nn.BatchNorm1d(columns, eps=NORM_EPSILON, momentum=1 - MOMENTUM)
        layers += [nn.Linear(rows, columns, bias=False), norm, nn.LeakyReLU(SLOPE)]
    layers.append(nn.Linear(sizes[-2], sizes[-1]))
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layers[-1].bias)
    return nn.Sequential(*layers)


class Training:
    """Both networks, both optimisers and a step of them."""

    def __init__(self, sizes, rate, mode, device):
        self.g, self.d = (network(each).to(device) for each in sizes)
        how = {"lr": rate, "betas": (BETA1, BETA2), "eps": ADAM_EPSILON, "fused": True, "capturable": mode == "graph"}
        self.adams = [torch.optim.Adam(net.parameters(), **how) for net in (self.g, self.d)]
        self.levels = torch.tensor(LEVELS, dtype=torch.float32, device=device)
        self.losses = self.plain_losses if mode == "eager" else torch.compile(self.plain_losses)

    def plain_losses(self, latent, real):
        fake = self.g(latent)
        g_loss = F.mse_loss(torch.quantile(fake, self.levels, dim=0), torch.quantile(real, self.levels, dim=0))
        # Real rows first: that is the order in which D's running statistics take them.
        d_loss = F.softplus(-self.d(real)).mean() + F.softplus(self.d(fake.detach())).mean()
        return g_loss, d_loss

    def gradients(self, latent, real):
        for adam in self.adams:
            adam.zero_grad(set_to_none=True)
        g_loss, d_loss = self.losses(latent, real)
        (g_loss + d_loss).backward()
        return g_loss.detach(), d_loss.detach()

    def step(self, latent, real):
        losses = self.gradients(latent, real)
        for adam in self.adams:
            adam.step()
        return losses


def uniform(rows, device):
    return torch.rand(rows, LATENT, device=device) * 2 - 1


def epoch(training, data):
    """Three steps and what the host needs for both Frechet distances."""
    order = torch.rand(ROWS, device=data.device).argsort()
    for rows in order[: BATCHES * BATCH].split(BATCH):
        g_loss, d_loss = training.step(uniform(BATCH, data.device), data[rows])
    with torch.no_grad():
        training.g.eval()
        made = training.g(uniform(ROWS, data.device))
        training.g.train()
        return g_loss, d_loss, made.mean(0), torch.cov(made.T)


def captured(run):
    """A CUDA graph of `run`, after the warm-up on another stream that capturing asks for."""
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        results = run()

    def replay():
        graph.replay()
        return [result.clone() for result in results]

    return replay


def trainer(asked):
    torch.manual_seed(asked.seed)
    rows = cohort()
    data, judge = torch.tensor(rows, device=asked.device), Judge(rows)
    training = Training((GENERATOR, DISCRIMINATOR), RATE, asked.mode, asked.device)
    one = captured(lambda: epoch(training, data)) if asked.mode == "graph" else lambda: epoch(training, data)

    def train(epochs):
        results = [one() for _ in range(epochs)]
        g_loss, d_loss, mean, covariance = (torch.stack(each).cpu().numpy() for each in zip(*results))
        return [each[-1] for each in (g_loss, d_loss, *judge(mean, covariance))]

    return train


def parameters(training):
    """Every parameter and running statistic by the oracle's name, with whether it is stored transposed."""
    for name, net in (("g", training.g), ("d", training.d)):
        layer = -1
        for module in net:
            if isinstance(module, nn.Linear):
                layer += 1
                yield f"{name}/{layer}/", "w", module.weight, True
                if module.bias is not None:
                    yield f"{name}/{layer}/", "b", module.bias, False
            elif isinstance(module, nn.BatchNorm1d):
                pairs = {"gamma": module.weight, "beta": module.bias}
                pairs |= {"running_mean": module.running_mean, "running_var": module.running_var}
                for key, tensor in pairs.items():
                    yield f"{name}/{layer}/", key, tensor, False


def numpy(tensor, transposed):
    value = tensor.detach().cpu().double().numpy()
    return value.T if transposed else value


def load(training, state):
    """Puts a state of the oracle into the networks and their optimisers."""
    for prefix, key, tensor, transposed in parameters(training):
        keys = [""] if key.startswith("running") else ["", "m_", "v_"]
        values = [state[f"{prefix}{k}{key}"] for k in keys]
        values = [torch.tensor(v.T if transposed else v, dtype=torch.float32) for v in values]
        tensor.data.copy_(values[0])
        if len(keys) == 3:
            adam = training.adams[0 if prefix[0] == "g" else 1]
            adam.state[tensor]["exp_avg"].copy_(values[1])
            adam.state[tensor]["exp_avg_sq"].copy_(values[2])


def as_in_keras(adam, t):
    """Prepares Adam for step `t`, with the epsilon that makes its update Keras's."""
    adam.param_groups[0]["eps"] = ADAM_EPSILON / np.sqrt(1 - BETA2**t)
    for state in adam.state.values():
        state["step"].fill_(t - 1)


def biased(new, old, network, batch):
    """A running variance as if it had taken biased variances; D's took two batches, G's one."""
    kept = old * MOMENTUM ** (1 if network == "g" else 2)
    return kept + (new - kept) * (batch - 1) / batch


def hold_step(agreement, training, t, before, step, after, given):
    """One step from the oracle's state to the oracle's next one."""
    load(training, before)
    losses = training.gradients(*given)
    agreement.hold("losses", [loss.item() for loss in losses], [step["g_loss"], step["d_loss"]], 1e-5)
    for prefix, key, tensor, transposed in parameters(training):
        if not key.startswith("running"):
            agreement.hold("gradients", numpy(tensor.grad, transposed), step[f"{prefix}d{key}"], 1e-4)
    for adam in training.adams:
        as_in_keras(adam, t)
        adam.step()
    for prefix, key, tensor, transposed in parameters(training):
        got, old, new = numpy(tensor, transposed), before[prefix + key], after[prefix + key]
        if key == "running_var":
            got = biased(got, old, prefix[0], len(step["real"]))
        kind = "running statistics" if key.startswith("running") else "updates"
        agreement.hold(kind, got - old, new - old, 1e-3)


def check(asked):
    """Every step of the oracle. A CUDA graph replays the compiled step, so that is what is checked for it."""
    agreement, training = Agreement(), None
    for t, before, step, after in oracle_steps():
        given = [torch.tensor(step[key], dtype=torch.float32, device=asked.device) for key in ("z", "real")]
        if training is None:
            sizes = [[before["g/0/w"].shape[0]] + [before[f"g/{i}/w"].shape[1] for i in range(4)]]
            sizes += [[before["d/0/w"].shape[0]] + [before[f"d/{i}/w"].shape[1] for i in range(3)]]
            training = Training(sizes, 1e-3, "compile" if asked.mode == "graph" else asked.mode, asked.device)
            # The optimisers make their moments in their first step.
            training.step(*given)
        hold_step(agreement, training, t, before, step, after, given)
    agreement.verdict(f"torch {asked.mode} {asked.device}")


def main():
    asked = options(__doc__, ["eager", "compile", "graph"])
    if asked.models > 1:
        raise SystemExit("torch_paper.py trains one model")
    if (asked.device == "cuda" or asked.mode == "graph") and not torch.cuda.is_available():
        raise SystemExit("no CUDA device here")
    if asked.mode == "graph" and asked.device == "cpu":
        raise SystemExit("CUDA graphs need the device cuda")
    torch.backends.cuda.matmul.allow_tf32 = False
    if asked.device == "cpu":
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
        torch.set_flush_denormal(True)
    if asked.check:
        check(asked)
    device = torch.cuda.get_device_name() if asked.device == "cuda" else f"{torch.get_num_threads()} threads"
    about = {"peer": f"torch-{asked.mode}", "version": torch.__version__, "backend": asked.device, "device": device}
    report(trainer(asked), asked, **about, left_out=["Adam's epsilon outside the bias correction", "biased running variances"])


if __name__ == "__main__":
    main()
