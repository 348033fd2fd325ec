"""How do shares follow a design, over draws of the shares and with rows that belong together?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtr, stdtrit

from topoi.errors import InputError

__all__ = [
    "ERRORS",
    "FAMILIES",
    "Pooled",
    "Quantity",
    "average_share",
    "coefficient",
    "of_known_shares",
    "over_worlds",
    "pool_worlds",
]

FAMILIES = ("ols", "logit")
ERRORS = ("CR1", "CR3")
_MOST_STEPS = 50
_STILL = 1e-9
_SINGULAR = 1e12


class Quantity(NamedTuple):
    """What is asked of each regression: its value (K,) and slope (K, P) at coefficients (K, P)."""

    value: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    slope: Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Pooled:
    """A quantity for K topics.

    estimate : float64 (K,); covariance : float64 (K, K), of the estimates of the topics
    freedom : float64 (K,), degrees of freedom of Student's t
    """

    estimate: NDArray[np.float64]
    covariance: NDArray[np.float64]
    freedom: NDArray[np.float64]

    def of(self, places: list[int]) -> Pooled:
        """The same for some of the topics."""
        return Pooled(
            self.estimate[places], self.covariance[np.ix_(places, places)], self.freedom[places]
        )

    @property
    def std_error(self) -> NDArray[np.float64]:
        """Standard errors, float64 (K,)."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))

    def limits(self, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Limits of Student's interval, each float64 (K,)."""
        reach = stdtrit(self.freedom, 0.5 + level / 2.0) * self.std_error
        return self.estimate - reach, self.estimate + reach

    @property
    def p_value(self) -> NDArray[np.float64]:
        """Two-sided p-values that the quantity is 0, float64 (K,); NaN without a standard error."""
        error = self.std_error
        ratio = np.abs(self.estimate) / np.where(error > 0, error, np.nan)
        return np.asarray(2.0 * stdtr(self.freedom, -ratio))


def coefficient(place: int, n_terms: int) -> Quantity:
    """The coefficient of one column of the design."""
    unit = np.eye(n_terms)[place]
    return Quantity(lambda b: b[:, place], lambda b: np.broadcast_to(unit, b.shape))


def average_share(
    family: str,
    designs: tuple[NDArray[np.float64], ...],
    signs: tuple[float, ...],
    weights: NDArray[np.float64],
) -> Quantity:
    """Expected shares with these designs (n, P), averaged over the rows, added up with signs."""
    part = weights / weights.sum()

    def value(b: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.zeros(len(b))
        for sign, design in zip(signs, designs, strict=True):
            found += sign * np.einsum("n,nk->k", part, _expected(family, design, b))
        return found

    def slope(b: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.zeros_like(b)
        for sign, design in zip(signs, designs, strict=True):
            rise = _rise(family, _expected(family, design, b))
            found += sign * np.einsum("n,nk,np->kp", part, rise, design)
        return found

    return Quantity(value, slope)


def of_known_shares(
    quantities: list[Quantity],
    shares: NDArray[np.float64],
    design: NDArray[np.float64],
    clusters: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    family: str,
    errors: str,
) -> list[Pooled]:
    """Each quantity, with a cluster-robust variance that carries the sampling of clusters alone.

    Parameters
    ----------
    quantities : what is asked
    shares : float64 array, shape (n, K)
    design : float64 array, shape (n, P), columns linearly independent
    clusters : int64 array, shape (n,), 0 to G - 1
    weights : float64 array, shape (n,), > 0
    family : "ols", or "logit" for shares in [0, 1] with the expected value expit(x . b)
    errors : "CR1" or "CR3"

    Raises
    ------
    InputError
        If there are fewer than 2 clusters; with CR3, if the design cannot be estimated without
        one of them; or a logit does not come to rest.

    References
    ----------
    CR1: Liang & Zeger (1986) with the factor G / (G - 1) (n - 1) / (n - P). CR3, the jackknife
    over clusters: Bell & McCaffrey (2002), MacKinnon, Nielsen & Webb (2023); for logits one Newton
    step a cluster. Degrees of freedom: G - 1.
    """
    order = np.argsort(clusters, kind="stable")
    shares, design, weights = shares[order], design[order], weights[order]
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    n_clusters, (n_rows, n_terms) = len(starts), design.shape
    if n_clusters < 2:
        raise InputError("There is one cluster, so nothing shows how clusters differ.")
    factor = n_clusters / (n_clusters - 1.0)
    factor = factor * (n_rows - 1.0) / (n_rows - n_terms) if errors == "CR1" else 1.0 / factor
    fit = _Fit(family, design, weights)
    b = fit.coefficients(shares)
    spread = fit.influence(shares, b, starts, errors)  # (K, G, P)
    freedom = np.full(shares.shape[1], n_clusters - 1.0)
    found = []
    for quantity in quantities:
        moves = np.einsum("kgp,kp->kg", spread, quantity.slope(b))
        covariance = np.einsum("kg,lg->kl", moves, moves) * factor
        found.append(Pooled(quantity.value(b), covariance, freedom))
    return found


def over_worlds(
    quantities: list[Quantity],
    shares: NDArray[np.float64],
    *,
    worlds: NDArray[np.int64],
    kept: NDArray[np.bool_],
    scale: float,
    design: NDArray[np.float64],
    weights: NDArray[np.float64],
    family: str,
    n_clusters: int,
) -> list[Pooled]:
    """Each quantity over draws of the shares in samples of the clusters.

    Each draw is regressed on the design, with the rows of its world (the method of composition,
    within a resampling of everything). World 0 is the corpus itself: its mean is the estimate.

    Parameters
    ----------
    quantities : what is asked
    shares : float64 array, shape (S, n, K)
    worlds : int64 array, shape (S,), rising from 0 to B
    kept : bool array, shape (B + 1, n), which rows are in each world; all in world 0
    scale : float > 0, the variance in the corpus over that between worlds
    design, weights, family : as for `of_known_shares`
    n_clusters : int, G

    Raises
    ------
    InputError
        If the regression cannot be made in half of the worlds, as a category is in few clusters.

    Notes
    -----
    The variance is that of the estimate: the variance between worlds, less what the draws of a
    world differ by chance, times the scale, plus the chance in world 0's own mean.

    References
    ----------
    Treier & Jackman (2008) for regression on draws; Shao & Wu (1989) for samples without
    replacement; Bartlett & Hughes (2020), Bootstrap inference for multiple imputation under
    uncongeniality and misspecification, and von Hippel & Bartlett (2021), for the variance by mean
    squares and its degrees of freedom (Satterthwaite), which are combined with G - 1.
    """
    n_names = shares.shape[2]
    values = np.full((len(quantities), len(worlds), n_names), np.nan)
    for world in range(len(kept)):
        draws = np.flatnonzero(worlds == world)
        rows = np.flatnonzero(kept[world])
        fit = _Fit(family, design[rows], weights[rows])
        if not fit.is_regular:
            continue
        for draw in draws:
            try:
                b = fit.coefficients(shares[draw, rows])
            except InputError:
                if world == 0:
                    raise
                break
            for number, quantity in enumerate(quantities):
                values[number, draw] = quantity.value(b)
    return [_pool(found, worlds, scale, n_clusters) for found in values]


def mean_squares(
    values: NDArray[np.float64], worlds: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Covariance of world means, mean square within worlds (K, K), and how many worlds counted.

    values (S, K) of worlds 1 to B; worlds with a NaN are left out.
    """
    means, within, freedom = [], np.zeros((values.shape[1], values.shape[1])), 0
    for world in np.unique(worlds):
        own = values[worlds == world]
        if not np.isfinite(own).all():
            continue
        means.append(own.mean(axis=0))
        gaps = own - means[-1]
        within += np.einsum("sk,sl->kl", gaps, gaps)
        freedom += len(own) - 1
    gaps = np.array(means).reshape(-1, values.shape[1])
    gaps = gaps - gaps.mean(axis=0) if len(gaps) else gaps
    between = np.einsum("sk,sl->kl", gaps, gaps) / max(len(gaps) - 1, 1)
    return between, within / max(freedom, 1), len(gaps)


def pool_worlds(
    values: NDArray[np.float64], worlds: NDArray[np.int64], *, scale: float, n_clusters: int
) -> Pooled | None:
    """The estimate from world 0 and its variance from the others; None if too few can be used.

    values float64 (S, K), worlds int64 (S,), scale as in `over_worlds`; a world whose values are
    not finite is left out.
    """
    own = values[worlds == 0]
    between, within, n_worlds = mean_squares(values[worlds > 0], worlds[worlds > 0])
    if n_worlds < max(2, worlds.max() / 2) or not np.isfinite(own).all():
        return None
    n_each = (worlds > 0).sum() / worlds.max()
    chance, mine = np.diagonal(within), np.diagonal(within) / len(own)
    spread = np.diagonal(between)
    # Never below a tenth of what the worlds show: with few worlds a difference may be negative.
    variance = scale * np.maximum(spread - chance / n_each, 0.1 * spread) + mine
    ratio = np.sqrt(variance / np.where(spread > 0, spread, 1.0))
    uncertain = spread**2 / (n_worlds - 1)
    if n_each > 1:
        uncertain = uncertain + (chance / n_each) ** 2 / (n_worlds * (n_each - 1))
    of_worlds = variance**2 / np.where(uncertain > 0, scale**2 * uncertain, 1.0)
    freedom = 1.0 / (1.0 / np.maximum(of_worlds, 1.0) + 1.0 / max(n_clusters - 1, 1))
    return Pooled(own.mean(axis=0), between * np.outer(ratio, ratio), freedom)


def _pool(
    values: NDArray[np.float64], worlds: NDArray[np.int64], scale: float, n_clusters: int
) -> Pooled:
    found = pool_worlds(values, worlds, scale=scale, n_clusters=n_clusters)
    if found is None:
        raise InputError(
            "In most samples of the clusters the terms of the formula cannot be told apart, as "
            "some category is in few clusters. Join rare categories, or leave the term out."
        )
    return found


class _Fit:
    """Regressions of K columns on one design."""

    def __init__(
        self, family: str, design: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> None:
        self.family, self.design, self.weights = family, design, weights
        n_rows, n_terms = design.shape
        self.products = (design[:, :, np.newaxis] * design[:, np.newaxis, :]).reshape(
            n_rows, n_terms * n_terms
        )
        self.information = self._information(weights[:, np.newaxis])[0]

    @property
    def is_regular(self) -> bool:
        """Whether all terms can be told apart in these rows."""
        scale = np.sqrt(np.diagonal(self.information))
        if not (scale > 0).all():
            return False
        return bool(np.linalg.cond(self.information / np.outer(scale, scale)) < _SINGULAR)

    def coefficients(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coefficients (K, P) of shares (n, K); of logits by Newton's steps from 0."""
        if self.family == "ols":
            slopes = np.einsum("n,np,nk->pk", self.weights, self.design, shares)
            return np.ascontiguousarray(np.linalg.solve(self.information, slopes).T)
        b = np.zeros((shares.shape[1], self.design.shape[1]))
        for _ in range(_MOST_STEPS):
            expected = _expected(self.family, self.design, b)
            slopes = np.einsum("n,np,nk->kp", self.weights, self.design, shares - expected)
            information = self._information(self.weights[:, np.newaxis] * _rise("logit", expected))
            try:
                step = np.linalg.solve(information, slopes[:, :, np.newaxis])[:, :, 0]
            except np.linalg.LinAlgError:
                break
            # Longer steps leave the range in which a logit is straight.
            longest = np.abs(np.einsum("np,kp->kn", self.design, step)).max(axis=1)
            b = b + step / np.maximum(longest / 4.0, 1.0)[:, np.newaxis]
            if longest.max() < _STILL:
                return np.asarray(b)
        raise InputError(
            "A fractional logit does not come to rest: for some values of the covariates a share "
            "is 0 or 1 in every row. Leave the term out, or use family='ols'."
        )

    def influence(
        self,
        shares: NDArray[np.float64],
        b: NDArray[np.float64],
        starts: NDArray[np.intp],
        errors: str,
    ) -> NDArray[np.float64]:
        """What each cluster adds to the coefficients, (K, G, P), before the factor.

        Rows are in order of clusters, which begin at `starts`.
        """
        expected = _expected(self.family, self.design, b)
        rests = (shares - expected) * self.weights[:, np.newaxis]
        mass = self.weights[:, np.newaxis] * _rise(self.family, expected)
        found = np.empty((len(b), len(starts), len(b[0])))
        for place, rest in enumerate(rests.T):
            scores = np.add.reduceat(rest[:, np.newaxis] * self.design, starts, axis=0)
            own = mass[:, place, np.newaxis]
            inverse = (
                np.linalg.inv(self._information(own)[0])[np.newaxis]
                if errors == "CR1"
                else self._inverse_without(own, starts)
            )
            inverse = np.broadcast_to(inverse, (len(starts), *inverse.shape[1:]))
            found[place] = np.einsum("gp,gpq->gq", scores, inverse)
        return found

    def _information(self, mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """(K, P, P) of the weights (n, K) of the rows."""
        n_terms = self.design.shape[1]
        found = np.einsum("nk,nq->kq", mass, self.products)
        return np.asarray(found.reshape(-1, n_terms, n_terms))

    def _inverse_without(
        self, mass: NDArray[np.float64], starts: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """The inverse information without each cluster, (G, P, P)."""
        n_terms = self.design.shape[1]
        own = np.add.reduceat(mass * self.products, starts, axis=0)
        without = (own.sum(axis=0) - own).reshape(-1, n_terms, n_terms)
        scale = np.sqrt(np.maximum(np.diagonal(without, axis1=1, axis2=2), 0.0))
        is_regular = (scale > 0).all(axis=1)
        if is_regular.all():
            scaled = without / (scale[:, :, np.newaxis] * scale[:, np.newaxis, :])
            is_regular = np.linalg.cond(scaled) < _SINGULAR
        if not is_regular.all():
            raise InputError(
                f"Without {int((~is_regular).sum())} of the {len(starts)} clusters some terms "
                "cannot be told apart, so errors='CR3' cannot be given; use errors='CR1'."
            )
        return np.linalg.inv(without)


def _expected(
    family: str, design: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expected shares (n, K)."""
    linear = np.einsum("np,kp->nk", design, b)
    return np.asarray(linear if family == "ols" else expit(linear))


def _rise(family: str, expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How fast expected shares rise with x . b, (n, K)."""
    return np.ones_like(expected) if family == "ols" else expected * (1.0 - expected)
