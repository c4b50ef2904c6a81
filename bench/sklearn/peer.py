"""scikit-learn as a peer. It answers each line on standard input with one timed path of logistic regressions and the last one's
penalised mean loss.

usage: peer.py THREADS FOLDER
FOLDER contains problem.json, x.f64 and ids.i32, written by the benchmark. The first line of output describes the peer.
"""
import os
import sys

threads, folder = int(sys.argv[1]), sys.argv[2]
# Libraries read these when they load.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import json
import time
import warnings

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore", FutureWarning)

problem = json.load(open(f"{folder}/problem.json"))
n, d, lambdas, tolerance = problem["rows"], problem["columns"], problem["lambdas"], problem["tolerance"]
X = np.fromfile(f"{folder}/x.f64").reshape(n, d)
ids = np.fromfile(f"{folder}/ids.i32", np.int32)

# Before 1.4 the solver saw the sum of the losses, later their mean.
version = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
gradient_tolerance = tolerance * (n if version < (1, 4) else 1)


def path():
    model = LogisticRegression(solver="lbfgs", warm_start=True, tol=gradient_tolerance, max_iter=10000)
    iterations = 0
    for penalty in lambdas:
        model.C = 1 / (penalty * n)
        model.fit(X, ids)
        iterations += int(model.n_iter_[0])
    return model, iterations


def quality(model):
    """The loss and the largest component of the gradient: scipy may stop earlier, when the loss hardly falls."""
    scores = X @ model.coef_.T + model.intercept_
    scores -= scores.max(1, keepdims=True)
    probabilities = np.exp(scores)
    probabilities /= probabilities.sum(1, keepdims=True)
    loss = -np.log(probabilities[np.arange(n), ids]).mean() + lambdas[-1] / 2 * (model.coef_**2).sum()
    probabilities[np.arange(n), ids] -= 1
    gradient = probabilities.T @ X / n + lambdas[-1] * model.coef_
    return float(loss), float(max(np.abs(gradient).max(), np.abs(probabilities.mean(0)).max()))


print(json.dumps({"sklearn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "threads": threads}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    model, iterations = path()
    ms = (time.perf_counter() - start) * 1e3
    loss, gradient = quality(model)
    print(json.dumps({"ms": ms, "value": loss, "iterations": iterations, "gradientNorm": gradient}), flush=True)
