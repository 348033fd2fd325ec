"""The factorisations once more, dense, in float64 and as plain as the papers have them."""

import math

import numpy as np


def tfidf(counts):
    n_docs, n_terms = counts.shape
    found = np.zeros((n_docs, n_terms))
    for d in range(n_docs):
        for v in range(n_terms):
            doc_freq = sum(1 for row in counts if row[v] > 0)
            idf = math.log((1 + n_docs) / (1 + doc_freq)) + 1
            found[d, v] = math.log1p(counts[d, v]) * idf
        length = math.sqrt(sum(x * x for x in found[d]))
        if length:
            found[d] /= length
    return found


def square_loss(x, w, h):
    return 0.5 * float(((x - w @ h) ** 2).sum())


def kl_loss(x, w, h):
    """Sum of x log(x / y) - x + y, with 0 log 0 = 0 (Lee & Seung 2001, equation 3)."""
    y = w @ h
    total = float(y.sum() - x.sum())
    for d, v in np.argwhere(x > 0):
        total += x[d, v] * math.log(x[d, v] / max(y[d, v], 1e-20))
    return total


def penalties(w, h, doc_l1=0.0, doc_l2=0.0, topic_l1=0.0, topic_l2=0.0):
    return (
        doc_l1 * w.sum()
        + 0.5 * doc_l2 * (w**2).sum()
        + topic_l1 * h.sum()
        + 0.5 * topic_l2 * (h**2).sum()
    )


def hals_sweep(goal, overlap, rows, l1=0.0, l2=0.0):
    """Each coordinate in turn to its best value (Cichocki & Phan 2009, equations 17, 18)."""
    rows = rows.copy()
    for row, wanted in zip(rows, goal, strict=True):
        for k in range(len(row)):
            others = sum(overlap[k, j] * row[j] for j in range(len(row)) if j != k)
            curvature = overlap[k, k] + l2
            if curvature > 0:
                row[k] = max(0.0, (wanted[k] - l1 - others) / curvature)
    return rows


def kl_update(x, rows, other, l1=0.0, l2=0.0):
    """One multiplicative update of W in X ~ W H (Lee & Seung 2001, theorem 2)."""
    fit = rows @ other
    ratio = np.divide(x, fit, out=np.zeros_like(x), where=x > 0)
    a, b = rows * (ratio @ other.T), other.sum(axis=1) + l1
    if l2 == 0:
        return a / b
    return (-b + np.sqrt(b * b + 4 * l2 * a)) / (2 * l2)


def nndsvd(x, n_topics):
    """Boutsidis & Gallopoulos (2008), section 3, on LAPACK's singular vectors."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    w, h = np.zeros((len(x), n_topics)), np.zeros((n_topics, x.shape[1]))
    w[:, 0], h[0] = np.sqrt(s[0]) * np.abs(u[:, 0]), np.sqrt(s[0]) * np.abs(vt[0])
    for k in range(1, n_topics):
        pairs = [(np.maximum(sign * u[:, k], 0), np.maximum(sign * vt[k], 0)) for sign in (1, -1)]
        lengths = [np.linalg.norm(a) * np.linalg.norm(b) for a, b in pairs]
        best = int(np.argmax(lengths))
        a, b = pairs[best]
        if lengths[best] > 0:
            scale = np.sqrt(s[k] * lengths[best])
            w[:, k], h[k] = scale * a / np.linalg.norm(a), scale * b / np.linalg.norm(b)
    return w, h
