#!/usr/bin/env python3
"""The trade-off of a private release as a picture: epsilon against related pairs, Spearman error, trees, and the membership that is proved.

    python benches/peers/tradeoff.py WORK/figures.json docs/images/private.svg

Reads what `private.py` measured. A dot is a mean over releases, a line its range. Needs nothing but Python.
"""

import json
import math
import pathlib
import sys

PANELS = [("trends", "related pairs (1 is best)"), ("spearman", "Spearman error (0 is best)"), ("trees", "trees (.5 is best)"),
          ("membership", "membership, at most")]
COLOURS = {"copula": "#1b6ca8", "private": "#0b3d62", "mst": "#c0392b", "aim": "#8e44ad"}
NAMES = {"copula": "mellizo, private", "private": "mellizo, private (better of both)", "mst": "dpmm MST", "aim": "dpmm AIM"}
WIDTH, HEIGHT, LEFT, TOP = 250, 220, 52, 34


def normal(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def membership(epsilon, delta=1e-5):
    """The AUC that Gaussian privacy of this epsilon and delta allows (Dong, Roth and Su 2022)."""
    low, high = 1e-3, 20.0
    for _ in range(80):
        mu = (low + high) / 2
        found = normal(-epsilon / mu + mu / 2) - math.exp(epsilon) * normal(-epsilon / mu - mu / 2)
        low, high = (mu, high) if found < delta else (low, mu)
    return normal(low / math.sqrt(2))


def points(figures, panel):
    """{name: [(epsilon, least, mean, largest)]}, ascending."""
    by = {}
    for key, row in figures.items():
        name, epsilon, _ = key.split("-")
        value = membership(float(epsilon)) if panel == "membership" else row[panel]
        by.setdefault(name, {}).setdefault(float(epsilon), []).append(value)
    if panel == "membership":
        by = {"copula": {epsilon: values for of in by.values() for epsilon, values in of.items()}}
    return {name: [(e, min(v), sum(v) / len(v), max(v)) for e, v in sorted(of.items())] for name, of in by.items()}


def drawn(panel, title, series, epsilons, x0):
    values = [x for line in series.values() for point in line for x in point[1:]]
    low, high = min(values), max(values)
    pad = 0.12 * (high - low or 1)
    low, high = low - pad, high + pad
    at_x = lambda e: x0 + LEFT + (math.log(e) - math.log(epsilons[0])) / (math.log(epsilons[-1] / epsilons[0]) or 1) * (WIDTH - LEFT - 24) + 8
    at_y = lambda v: TOP + (high - v) / (high - low) * HEIGHT
    out = [f'<text x="{x0 + LEFT}" y="20" font-weight="bold">{title}</text>',
           f'<path d="M{x0 + LEFT} {TOP}V{TOP + HEIGHT}H{x0 + WIDTH - 8}" fill="none" stroke="#888"/>']
    for e in epsilons:
        out.append(f'<text x="{at_x(e):.1f}" y="{TOP + HEIGHT + 17}" text-anchor="middle">{e:g}</text>')
    for k in range(5):
        v = low + (k + 0.5) / 5 * (high - low)
        out.append(f'<text x="{x0 + LEFT - 6}" y="{at_y(v) + 4:.1f}" text-anchor="end">{v:.{2 if high - low > 0.1 else 3}f}</text>')
    for name, line in series.items():
        colour = COLOURS.get(name, "#444")
        path = "L".join(f"{at_x(e):.1f} {at_y(mean):.1f}" for e, _, mean, _ in line)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for e, least, mean, largest in line:
            out.append(f'<path d="M{at_x(e):.1f} {at_y(least):.1f}V{at_y(largest):.1f}" stroke="{colour}"/>')
            out.append(f'<circle cx="{at_x(e):.1f}" cy="{at_y(mean):.1f}" r="3.5" fill="{colour}"/>')
    return out


def main():
    figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
    epsilons = sorted({float(key.split("-")[1]) for key in figures})
    out, names = [], {}
    for k, (panel, title) in enumerate(PANELS):
        series = points(figures, panel)
        names.update(dict.fromkeys(series))
        out += drawn(panel, title, series, epsilons, k * WIDTH)
    foot = TOP + HEIGHT + 44
    for k, name in enumerate(names):
        x = LEFT + 220 * k
        out += [f'<circle cx="{x}" cy="{foot - 4}" r="4" fill="{COLOURS.get(name, "#444")}"/>', f'<text x="{x + 10}" y="{foot}">{NAMES.get(name, name)}</text>']
    out.append(f'<text x="{len(PANELS) * WIDTH - 10}" y="{foot}" text-anchor="end">epsilon (delta 1e-5), logarithmic</text>')
    size = f'width="{len(PANELS) * WIDTH}" height="{foot + 12}" viewBox="0 0 {len(PANELS) * WIDTH} {foot + 12}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    pathlib.Path(sys.argv[2]).write_text("\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *out, "</svg>\n"]))


if __name__ == "__main__":
    main()
