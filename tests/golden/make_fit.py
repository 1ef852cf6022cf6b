#!/usr/bin/env python3
"""Weights by scikit-learn for unit.FitGolden: logistic regression at fixed penalties, to its true minimum. By hand:
python tests/golden/make_fit.py > tests/golden/fit.json, with tests/golden/reports_requirements.txt installed."""
import json
import math

import numpy as np
from sklearn.linear_model import LogisticRegression

ROWS, DIMENSIONS = 150, 5


def element_of(i, d):
    return math.sin((i + 1) * (3 * d + 1) * 0.37) + (0.5 if i % 3 == d % 3 else 0.0)


def label_of(i, k):
    return (i // 7) % k if i % 7 == 0 else i % 3 % k


def rows():
    return np.array([[element_of(i, d) for d in range(DIMENSIONS)] for i in range(ROWS)], dtype=np.float32).astype(float)


def fit(x, penalty, weights):
    # Ours scales vectors to a mean square length of 1; a penalty of theirs means that much less.
    squares = (x**2).sum(axis=1).mean()
    return LogisticRegression(C=1 / (penalty * squares), tol=1e-12, max_iter=100000, class_weight=weights)


def single(labels, penalty, weights):
    x, y = rows(), [label_of(i, labels) for i in range(ROWS)]
    model = fit(x, penalty, dict(enumerate(weights))).fit(x, y)
    w, b = model.coef_, model.intercept_
    if labels == 2:  # theirs tells two labels apart by one row, w; ours by -w/2 and w/2, with twice the penalty's effect
        raise SystemExit("two labels have another form")
    return {"labels": labels, "sets": False, "penalty": penalty, "with": weights, "weights": w.tolist(), "intercepts": (b - b.mean()).tolist()}


def sets(penalty, weights):
    x = rows()
    y = np.array([[label_of(i + k, 3) == 0 for k in range(3)] for i in range(ROWS)]).astype(int)
    w, b = [], []
    for k in range(3):
        model = fit(x, penalty, {0: 1, 1: weights[k]}).fit(x, y[:, k])
        w.append(model.coef_[0].tolist())
        b.append(float(model.intercept_[0]))
    return {"labels": 3, "sets": True, "penalty": penalty, "with": weights, "weights": w, "intercepts": b}


if __name__ == "__main__":
    cases = [single(3, 1.0, [1, 1, 1]), single(3, 0.05, [1, 1, 1]), single(3, 0.5, [1, 4, 0.5]), single(5, 0.5, [1] * 5),
             sets(1.0, [1, 1, 1]), sets(0.05, [3, 1, 0.5])]
    print(json.dumps({"rows": ROWS, "dimensions": DIMENSIONS, "cases": cases}, indent=1))
