"""Peer of bench/metrics.ts: surface metrics, distance transform, resampling and labelling with numpy and scipy.ndimage.

Usage: metrics_peer.py '{"shape": [...], "spacing": [...], "folder": "...", "toleranceMm": 2}', then names of tasks, one a
line; each answer is one line of JSON with milliseconds and values.

Surface metrics follow the description of Nikolov et al. 2018 (surface-distance), step by step as its package does: the
bounding box of both masks by projections, both cropped with a voxel behind, a code of the eight voxels around every corner
point by ndimage.correlate, surface elements where they differ, their areas from a table, distance_transform_edt of the
complement of either surface with sampling, distances sorted with their areas, cumulated areas for the percentile. The
package sorts a Python list of pairs; the task "..., sorted by numpy" sorts with numpy.argsort instead, which is faster.
"""

import json
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
from scipy import ndimage

settings = json.loads(sys.argv[1])
shape, spacing = settings["shape"], settings["spacing"]
folder = Path(settings["folder"])
prediction, reference = (
    np.fromfile(folder / f"{name}.bin", np.uint8).reshape(shape).astype(bool) for name in ("prediction", "reference")
)


def surface_areas():
    """Area by code of the eight voxels (bit 4 dz + 2 dy + dx), from the connected parts of the smaller set."""
    dz, dy, dx = spacing
    face = np.array([dy * dx, dz * dx, dz * dy])
    t = np.linalg.norm(face) / 8
    areas = np.zeros(256)
    for code in range(1, 255):
        left = {c for c in range(8) if code >> c & 1}
        if len(left) > 4:
            left = set(range(8)) - left
        while left:
            part = [left.pop()]
            for corner in part:
                for axis in range(3):
                    if corner ^ (4 >> axis) in left:
                        left.remove(corner ^ (4 >> axis))
                        part.append(corner ^ (4 >> axis))
            axes = {c: [a for a in range(3) if c ^ (4 >> a) in part] for c in part}
            used = {a for found in axes.values() for a in found}
            if len(part) == 1:
                areas[code] += t
            elif len(part) == 2:
                p, q = {0, 1, 2} - used
                areas[code] += np.hypot(face[p], face[q]) / 2
            elif len(part) == 3:
                areas[code] += face[({0, 1, 2} - used).pop()] / 2 + 3 * t
            elif len(used) == 2:
                areas[code] += face[({0, 1, 2} - used).pop()]
            elif max(len(found) for found in axes.values()) == 3:
                areas[code] += 6 * t
            else:
                inner = [set(found) for found in axes.values() if len(found) == 2]
                m = (inner[0] & inner[1]).pop()
                areas[code] += 4 * t + sum(np.hypot(face[m], face[a]) / 4 for a in range(3) if a != m)
    return areas


def elements(mask, areas, kernel):
    code = ndimage.correlate(mask.astype(np.uint8), kernel, mode="constant", cval=0)
    border = (code != 0) & (code != 255)
    return border, areas[code]


def sort_pairs(distance, weight):
    pairs = np.array(sorted(zip(distance, weight)))
    return pairs[:, 0], pairs[:, 1]


def sort_arrays(distance, weight):
    order = np.argsort(distance)
    return distance[order], weight[order]


def surface_metrics(sort):
    both = prediction | reference
    low, high = [], []
    for axis in range(3):
        found = np.flatnonzero(both.any(axis=tuple(a for a in range(3) if a != axis)))
        low.append(found[0])
        high.append(found[-1] + 1)
    box = tuple(slice(a, b) for a, b in zip(low, high))
    kernel = np.zeros((2, 2, 2), np.uint8)
    for z, y, x in product((0, 1), repeat=3):
        kernel[z, y, x] = 1 << (4 * z + 2 * y + x)
    areas = surface_areas()
    # One more voxel behind: the correlation looks at each voxel and the one before it.
    masks = [np.pad(mask[box], [(0, 1)] * 3) for mask in (prediction, reference)]
    (border_p, area_p), (border_r, area_r) = (elements(mask, areas, kernel) for mask in masks)
    far = {}
    for name, border in (("p", border_p), ("r", border_r)):
        far[name] = ndimage.distance_transform_edt(~border, sampling=spacing)
    sides = []
    for border, area, target in ((border_p, area_p, far["r"]), (border_r, area_r, far["p"])):
        sides.append(sort(target[border], area[border]))
    robust, averages = [], []
    for distance, weight in sides:
        at = np.searchsorted(np.cumsum(weight) / weight.sum(), 0.95)
        robust.append(distance[min(at, len(distance) - 1)])
        averages.append((distance * weight).sum() / weight.sum())
    tolerance = settings["toleranceMm"]
    within = sum(weight[distance <= tolerance].sum() for distance, weight in sides)
    total = sum(weight.sum() for _, weight in sides)
    return [max(robust), *averages, within / total]


found = ndimage.find_objects(reference.astype(np.uint8))[0]
liver = reference[tuple(slice(max(0, s.start - 4), min(n, s.stop + 4)) for s, n in zip(found, shape))]
image = (liver * 100 + (np.arange(liver.size) % 50).reshape(liver.shape)).astype(np.int16)
factors = np.array([1.45, 1.23, 1.23])


def resampled(order):
    out = [max(1, int(np.floor(n / f + 1e-6 + 0.5))) for n, f in zip(liver.shape, factors)]
    sampled = ndimage.affine_transform(
        image, factors, offset=(factors - 1) / 2, output_shape=out, order=order, mode="nearest", output=np.float32
    )
    return sampled


def oblique():
    dz, dy, dx = spacing
    turn = 0.1
    # World = affine · (x, y, z); the input's is diagonal, and both share the origin.
    affine = np.array(
        [[np.cos(turn) * dx, -np.sin(turn) * dy, 0.02], [np.sin(turn) * dx, np.cos(turn) * dy, 0.02], [0.02, 0.02, dz]]
    )
    matrix = (np.diag([1 / dx, 1 / dy, 1 / dz]) @ affine)[::-1, ::-1]
    return ndimage.affine_transform(image, matrix, output_shape=image.shape, order=1, mode="nearest", output=np.float32)


def resampled_labels():
    """Nearest neighbours in the type of the input, as the other side does."""
    out = [max(1, int(np.floor(n / f + 1e-6 + 0.5))) for n, f in zip(liver.shape, factors)]
    return ndimage.affine_transform(
        image, factors, offset=(factors - 1) / 2, output_shape=out, order=0, mode="nearest", output=image.dtype
    )


def mean(values):
    return [float(values.mean(dtype=float))]


TASKS = {
    "HD95 + ASSD + NSD": (lambda: surface_metrics(sort_pairs), list),
    "HD95 + ASSD + NSD, sorted by numpy": (lambda: surface_metrics(sort_arrays), list),
    "distance transform": (lambda: ndimage.distance_transform_edt(~liver, sampling=spacing), mean),
    "resampling, linear": (lambda: resampled(1), mean),
    "resampling, cubic": (lambda: resampled(3), mean),
    "resampling, nearest": (resampled_labels, mean),
    "resampling, linear, oblique": (oblique, mean),
    "connected components": (lambda: ndimage.label(liver, np.ones((3, 3, 3)))[1], lambda count: [count]),
}

# What both sides must agree on is worked out after the clock has stopped.
for line in sys.stdin:
    compute, check = TASKS[line.strip()]
    start = time.perf_counter()
    result = compute()
    milliseconds = (time.perf_counter() - start) * 1000
    values = check(result)
    print(json.dumps({"milliseconds": milliseconds, "values": [float(value) for value in values]}), flush=True)
