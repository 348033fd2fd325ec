"""How much more often rows with one thing hold another than rows of their length do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

__all__ = ["Company", "company", "length_classes"]

_MOST_CLASSES = 10
_ROWS_A_CLASS = 50


class Company(NamedTuple):
    """What `company` gives.

    share : of the rows with the one that hold the other, in [0, 1]
    chance : the same share expected of rows of their lengths, in [0, 1]
    pull : difference of the two in log-odds; lower, upper : its interval
    """

    share: float
    chance: float
    pull: float
    lower: float
    upper: float


NOTHING = Company(*[float("nan")] * 5)


def length_classes(n_tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """A class of length for each row: tenths of the rows, fewer where there are few rows.

    Rows of one length are in one class, so that their order has no say.
    """
    n_classes = min(_MOST_CLASSES, max(1, len(n_tokens) // _ROWS_A_CLASS))
    inner = np.arange(1, n_classes) / n_classes
    limits = np.unique(np.quantile(n_tokens, inner, method="lower"))
    return np.searchsorted(limits, n_tokens, side="left")


def company(
    holds: NDArray[np.bool_],
    chance: NDArray[np.float64],
    documents: NDArray[np.int64],
    *,
    level: float = 0.95,
) -> Company:
    """How much more often n rows hold something than rows of their length do.

    Parameters
    ----------
    holds : bool array, shape (n,), whether each row holds it
    chance : float64 array, shape (n,), share of all rows of the row's length class that hold it
    documents : int64 array, shape (n,), number of the document of each row
    level : float in (0, 1), coverage of the interval

    Returns
    -------
    Company
        All nan where there is no row, or where chance is 0 or 1, which nothing can differ from.

    Notes
    -----
    With p the share, q the mean chance and m the effective number of rows,
    pull = log((pm + 1/2) / ((1 - p)m + 1/2)) - log(q / (1 - q)). The interval takes the quantiles
    of Beta(pm + 1/2, (1 - p)m + 1/2), the Jeffreys interval of a share, for p, and q for known.
    m = n / max(1, deff), where deff is the variance of p over documents as a ratio estimator,
    divided by p(1 - p) / (n - 1): rows of one document are alike and count for less. Where p is 0
    or 1, m is the number of documents.

    References
    ----------
    Haldane (1955) for the halves; Brown, Cai & DasGupta (2001), Interval estimation for a binomial
    proportion, section 4.1.2; Korn & Graubard (1998), Confidence intervals for proportions with
    small expected number of positive counts estimated from survey data, for the effective number.
    """
    if not len(holds):
        return NOTHING
    share, expected = float(holds.mean()), float(chance.mean())
    if not 0 < expected < 1:
        return Company(share, expected, *NOTHING[2:])
    n = _effective(holds, documents)
    successes, failures = share * n + 0.5, (1 - share) * n + 0.5
    tail = (1 - level) / 2
    limits = betaincinv(successes, failures, np.array([tail, 1 - tail]))
    lower, upper = (np.log(limits / (1 - limits)) - _log_odds(expected)).tolist()
    pull = float(np.log(successes / failures)) - _log_odds(expected)
    return Company(share, expected, pull, lower, upper)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _effective(holds: NDArray[np.bool_], documents: NDArray[np.int64]) -> float:
    """How many independent rows these are worth."""
    n, share = len(holds), float(holds.mean())
    numbers = np.unique(documents, return_inverse=True)[1]
    n_documents = int(numbers.max()) + 1
    if n_documents == 1 or share in (0.0, 1.0):
        return float(n_documents)
    residuals = np.bincount(numbers, weights=holds - share)
    variance = n_documents / (n_documents - 1) * float((residuals**2).sum()) / n**2
    deff = variance / (share * (1 - share) / (n - 1))
    return n / max(1.0, deff)
