"""Tables of shares and codes with a planted truth, for tests of calibration."""

import numpy as np
import pandas as pd
from scipy.special import expit

THEMES = ("root_causes", "border_security")


def planted(n=400, *, seed=0, per_document=1, themes=THEMES, slope=1.6, level=-1.2):
    """Shares of n passages, the chances that coders give each theme, and codes drawn from them."""
    rng = np.random.default_rng(seed)
    place = rng.normal(size=(n, len(themes)))
    shares = expit(-2.0 + 1.3 * place)
    chances = expit(level + slope * place)
    codes = (rng.random(chances.shape) < chances).astype(int)
    return shares_table(shares, per_document, themes), chances, codes_table(codes, themes)


def shares_table(shares, per_document=1, themes=THEMES):
    n = len(shares)
    passages = np.repeat([f"p{number:05}" for number in range(n)], len(themes))
    documents = np.repeat([f"d{number // per_document:05}" for number in range(n)], len(themes))
    return pd.DataFrame(
        {
            "passage_id": passages,
            "doc_id": documents,
            "source": np.where(np.repeat(np.arange(n), len(themes)) % 3 == 0, "press", "congress"),
            "n_tokens": np.repeat(np.arange(n) % 7 + 1, len(themes)),
            "theme": np.tile(themes, n),
            "share": np.asarray(shares, dtype=float).ravel(),
        }
    )


def codes_table(codes, themes=THEMES):
    table = pd.DataFrame(codes, columns=list(themes))
    table.insert(0, "passage_id", [f"p{number:05}" for number in range(len(codes))])
    return table


def some(codes, n, seed=0):
    """n rows of a table of codes, drawn at random."""
    return codes.iloc[np.random.default_rng(seed).permutation(len(codes))[:n]]
