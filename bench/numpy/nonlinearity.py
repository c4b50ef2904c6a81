"""Ridge regression in float64 by numpy, as a peer: it answers each line on standard input with one timed fit and the R² of its map
on the first rows.

usage: nonlinearity.py THREADS X Y ROWS WIDTH SCORED RIDGE
X and Y hold ROWS × WIDTH float32 values. The first line of output describes the peer.
"""
import json
import os
import sys
import time

threads, x_path, y_path, rows, width, scored = *sys.argv[1:4], *map(int, sys.argv[4:7])
ridge = float(sys.argv[7])
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = threads

import numpy as np

X, Y = [np.fromfile(path, np.float32).reshape(rows, width) for path in (x_path, y_path)]


def fit():
    x, y = X.astype(np.float64), Y.astype(np.float64)
    means = x.mean(0), y.mean(0)
    x -= means[0]
    y -= means[1]
    gram = x.T @ x
    gram[np.diag_indices(width)] += ridge * np.trace(gram) / width
    return np.linalg.solve(gram, x.T @ y), *means


def r2(weights, mean_x, mean_y):
    x, y = X[:scored].astype(np.float64), Y[:scored].astype(np.float64)
    residual = y - mean_y - (x - mean_x) @ weights
    return float(1 - (residual**2).sum() / ((y - y.mean(0)) ** 2).sum())


try:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
except (TypeError, KeyError):
    blas = {}
print(json.dumps({"numpy": np.__version__, "blas": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    solved = fit()
    ms = (time.perf_counter() - start) * 1e3
    print(json.dumps({"ms": ms, "value": r2(*solved)}), flush=True)
