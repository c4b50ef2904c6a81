"""Linear CKA of all pairs of layers by the plain float32 formula in numpy, as a peer: it answers each line on standard input
with one timed run and its values.

usage: cka.py THREADS BASE ROWS WIDTH LAYERS
BASE holds ROWS × WIDTH float32 values, of which both models' layers are made as in bench/src/cka.ts. The first line of output
describes the peer.
"""
import json
import os
import sys
import time

threads, path, rows, width, layers = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = threads

import numpy as np

base = np.fromfile(path, np.float32).reshape(rows, width)


def layer(model, index):
    weight = np.float32((index + 1) / layers)
    first = base if model == 0 else base[:, ::-1]
    return first + weight * np.roll(base, -(37 * index + 11 * model), axis=1) + np.float32(model + 1)


models = [[layer(model, index) for index in range(layers)] for model in range(2)]


def squares(x, y):
    return np.linalg.norm(x.T @ y) ** 2


def run():
    a, b = [[x - x.mean(0) for x in model] for model in models]
    own_a, own_b = [[np.linalg.norm(x.T @ x) for x in model] for model in (a, b)]
    return [[float(squares(x, y) / (own_a[i] * own_b[j])) for j, y in enumerate(b)] for i, x in enumerate(a)]


try:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
except (TypeError, KeyError):
    blas = {}
print(json.dumps({"numpy": np.__version__, "blas": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    values = run()
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "value": values}), flush=True)
