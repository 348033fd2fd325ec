"""Scores of coders, slowly and as the papers write them: what the measures are judged by."""

import math
from itertools import combinations, permutations


def alpha(units):
    """Krippendorff (2011), section C: coincidences of all ordered pairs, then 1 - D_o / D_e.

    units : a list of values for each unit, without the missing ones
    """
    coincidences = {}
    for values in units:
        for one, other in permutations(values, 2):
            pair = (one, other)
            coincidences[pair] = coincidences.get(pair, 0.0) + 1.0 / (len(values) - 1)
    totals = {}
    for (one, _), weight in coincidences.items():
        totals[one] = totals.get(one, 0.0) + weight
    n = sum(totals.values())
    observed = sum(w for (one, other), w in coincidences.items() if one != other) / n
    expected = sum(a * b for (c, a), (k, b) in permutations(totals.items(), 2)) / (n * (n - 1))
    return 1.0 - observed / expected if expected else math.nan


def kappa(one, other):
    """Cohen (1960): (p_o - p_e) / (1 - p_e)."""
    n = len(one)
    equal = sum(a == b for a, b in zip(one, other, strict=True)) / n
    chance = sum((one.count(v) / n) * (other.count(v) / n) for v in set(one) | set(other))
    return (equal - chance) / (1.0 - chance) if chance < 1 else math.nan


def pairs_that_agree(units):
    pairs = [a == b for values in units for a, b in combinations(values, 2)]
    return sum(pairs) / len(pairs)


def model_precision(chosen, intruder):
    """Chang et al. (2009), equation 1, for one topic."""
    return sum(1 for choice in chosen if choice == intruder) / len(chosen)


def topic_log_odds(shares, intruder, chosen):
    """Chang et al. (2009), equation 2, for one text; places from 1."""
    odds = [math.log(shares[intruder - 1]) - math.log(shares[choice - 1]) for choice in chosen]
    return sum(odds) / len(chosen)


def pigeonhole_variances(table):
    """What rows and columns of a full table add to the variance of its mean (Owen 2007)."""
    n_rows, n_columns = len(table), len(table[0])
    mean = sum(map(sum, table)) / (n_rows * n_columns)
    rows = [sum(row) / n_columns - mean for row in table]
    columns = [sum(column) / n_rows - mean for column in zip(*table, strict=True)]
    return (
        sum(r * r for r in rows) / (n_rows * (n_rows - 1)),
        sum(c * c for c in columns) / (n_columns * (n_columns - 1)),
    )


def wilson_holds(p, successes, n, z):
    """Whether Wilson's interval holds p: a score test does not refuse it."""
    return abs(successes / n - p) <= z * math.sqrt(p * (1 - p) / n) + 1e-12
