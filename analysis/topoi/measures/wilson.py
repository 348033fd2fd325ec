"""Between which limits does a share lie, if so many codes speak for it?"""

from __future__ import annotations

import numpy as np

__all__ = ["wilson_limits"]


def wilson_limits(share: float, number: float, quantile: float) -> tuple[float, float]:
    """Wilson's score interval of a share, within [0, 1]; it holds the share.

    Parameters
    ----------
    share : float in [0, 1]
    number : float > 0, of codes; an effective number need not be whole
    quantile : float > 0, of the normal or Student's distribution, 1.96 for 95 %

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    square = quantile * quantile / number
    middle = (share + square / 2.0) / (1.0 + square)
    half = quantile / (1.0 + square)
    half *= float(np.sqrt(share * (1.0 - share) / number + square / (4.0 * number)))
    # At 0 and 1 a limit is the share itself, up to rounding.
    return min(share, max(middle - half, 0.0)), max(share, min(middle + half, 1.0))
