"""Where each thing of a layer stands from left to right: near what it is linked to, and never on its neighbour."""

from collections.abc import Mapping, Sequence

SWEEPS = 24
GAP = 26.0
"""Room between two neighbours."""


def centres(
    layers: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str]],
    widths: Mapping[str, float],
    straight: Mapping[str, float],
) -> dict[str, float]:
    """The horizontal centre of everything; ``straight`` says how much each pulls its neighbours into line."""
    near: dict[str, list[str]] = {key: [] for layer in layers for key in layer}
    for upper, lower in links:
        near[upper].append(lower)
        near[lower].append(upper)
    depth = {key: number for number, layer in enumerate(layers) for key in layer}
    placed: dict[str, float] = {}
    for layer in layers:
        placed |= spread(layer, [0.0] * len(layer), widths, straight)
    for sweep in range(SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for layer in layers[::step]:
            wanted = []
            for key in layer:
                those = [n for n in near[key] if (depth[n] - depth[key]) * step < 0] or near[key]
                weight = sum(straight[n] for n in those)
                wanted.append(sum(placed[n] * straight[n] for n in those) / weight if those else placed[key])
            placed |= spread(layer, wanted, widths, straight)
    linked = [centre for key, centre in placed.items() if near[key]]
    middle = (min(linked) + max(linked)) / 2 if linked else 0.0
    for layer in layers:
        if not any(near[key] for key in layer):
            placed |= spread(layer, [middle] * len(layer), widths, straight)
    return placed


def spread(
    layer: Sequence[str], wanted: Sequence[float], widths: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, float]:
    """The places nearest to the wanted ones (least squares) at which neighbours keep their order and their distance.

    Without the distances this is isotonic regression, which merging neighbours that are out of order solves exactly.
    """
    offsets: list[float] = []
    for index, key in enumerate(layer):
        before = 0.0 if index == 0 else offsets[-1] + (widths[layer[index - 1]] + widths[key]) / 2 + GAP
        offsets.append(before)
    blocks: list[tuple[float, float, int]] = []
    for key, want, offset in zip(layer, wanted, offsets, strict=True):
        mean, weight, count = want - offset, weights[key], 1
        while blocks and blocks[-1][0] > mean:
            other, other_weight, other_count = blocks.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + other_count
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return {key: mean + offset for key, mean, offset in zip(layer, means, offsets, strict=True)}
