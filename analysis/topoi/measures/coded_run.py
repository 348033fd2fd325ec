"""What do codes say of the theme shares of a run: their level, and how far they can be trusted?"""

from __future__ import annotations

import pandas as pd

from topoi.measures.calibration import held_out_probabilities
from topoi.measures.calibration_curve import calibration_curve
from topoi.measures.corrected_prevalence import corrected_prevalence
from topoi.measures.score_report import score_report

__all__ = ["calibration_points", "corrected_text_share", "share_scores"]


def corrected_text_share(
    shares: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | None = None,
    freq: str | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """`corrected_prevalence` weighed by tokens, so that it is what `prevalence` is the raw form of.

    Parameters
    ----------
    shares : `ThemeFit.shares`
    codes : DataFrame from `codes_of_passages`
    by, freq, random_state : as for `corrected_prevalence`

    Returns
    -------
    DataFrame
        As `corrected_prevalence`: the share of the text that stands in passages which coders would
        give the theme. Its column share is the estimate of `prevalence`.
    """
    return corrected_prevalence(
        shares, codes, by=by, freq=freq, weigh="tokens", random_state=random_state
    )


def share_scores(
    shares: pd.DataFrame, codes: pd.DataFrame, *, random_state: int = 0
) -> pd.DataFrame:
    """How well probabilities by codes, then the shares themselves, agree with the codes.

    Returns
    -------
    DataFrame
        judged (str: "probability", of each passage from a curve that did not see the codes of its
        document, or "share"), then the columns of `score_report`. Shares have no level of their
        own and are called from the value on that as many coded passages reach as were coded.
    """
    held_out = held_out_probabilities(shares, codes, random_state=random_state)
    tables = {
        "probability": score_report(held_out, codes, random_state=random_state),
        "share": score_report(shares, codes, random_state=random_state),
    }
    table = pd.concat(
        [found.assign(judged=judged) for judged, found in tables.items()], ignore_index=True
    )
    table["judged"] = table["judged"].astype("str")
    return table[["judged", *(name for name in table.columns if name != "judged")]]


def calibration_points(
    shares: pd.DataFrame, codes: pd.DataFrame, *, random_state: int = 0
) -> pd.DataFrame:
    """`calibration_curve` of probabilities that are held out as in `share_scores`."""
    held_out = held_out_probabilities(shares, codes, random_state=random_state)
    return calibration_curve(held_out, codes)
