"""What scikit-learn computes for test/sklearn.test.ts.

usage: python3 record-sklearn.py > ../test/fixtures/sklearn.json

The inputs come from formulas, which test/formula-data.ts repeats. Recorded with scikit-learn 1.2.1 (Debian's python3-sklearn).
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

N, D, K = 150, 6, 4

i, j = np.meshgrid(np.arange(N), np.arange(D), indexing="ij")
X = np.sin(0.7 * (i + 1) * (j + 1)) * (1 + j) + 3 * j
planted = np.cos(1.3 * np.arange(K)[:, None] + 0.9 * np.arange(D)[None, :])
noise = 2.5 * np.sin(12.9898 * (np.arange(N)[:, None] + 1) + 78.233 * (np.arange(K)[None, :] + 1))
ids = np.argmax((X - 3 * np.arange(D)) @ planted.T + noise, axis=1)

scaler = StandardScaler().fit(X)
Z = scaler.transform(X)


def logistic(penalty, class_weight):
    # The penalty on the mean loss; scikit-learn's C multiplies the sum.
    model = LogisticRegression(C=1 / (penalty * N), class_weight=class_weight, solver="newton-cg", tol=1e-8, max_iter=10000)
    model.fit(Z, ids)
    return {"lambda": penalty, "balanced": class_weight == "balanced", "coefficients": model.coef_.tolist(), "intercept": model.intercept_.tolist()}


def ridge(penalty, weights):
    model = Ridge(alpha=penalty * weights.sum()).fit(Z, np.eye(K)[ids], sample_weight=weights)
    return {"lambda": penalty, "balanced": not (weights == 1).all(), "coefficients": model.coef_.tolist(), "intercept": model.intercept_.tolist()}


balanced = N / (K * np.bincount(ids))[ids]
json.dump(
    {
        "recipe": f"packages/linear-probe/scripts/record-sklearn.py with scikit-learn {sklearn.__version__}",
        "counts": np.bincount(ids).tolist(),
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
        "logistic": [logistic(penalty, weight) for penalty in (1, 1e-2, 1e-4) for weight in (None, "balanced")],
        "ridge": [ridge(penalty, weight) for penalty in (1, 1e-2) for weight in (np.ones(N), balanced)],
    },
    sys.stdout,
    indent=1,
)
