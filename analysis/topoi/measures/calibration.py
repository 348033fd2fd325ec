"""How likely is it that a coder gives a passage a theme, if the model gives it this share?"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import fraction
from topoi.errors import InputError, listed
from topoi.measures.coded_curve import AT_ONCE, CodedCurve, coded_curve, held_out_chances
from topoi.measures.codes import coded_shares, warn_of_few

__all__ = ["Calibration", "calibrate", "held_out_probabilities"]

Floats = NDArray[np.float64]

_FORMAT = "topoi calibration 1"
_ADDED = ("probability", "probability_lower", "probability_upper")


@dataclass(frozen=True, eq=False)
class Calibration:
    """A rising curve from share to probability for each theme, as `calibrate` learns it.

    unit : "passage_id" or "doc_id", what was coded
    curves : dict from theme to CodedCurve
    """

    unit: str
    curves: dict[str, CodedCurve]

    def __repr__(self) -> str:
        unit = "passages" if self.unit == "passage_id" else "documents"
        themes = ", ".join(
            f"{name} ({curve.n_present} of {curve.n_coded})" for name, curve in self.curves.items()
        )
        return f"<Calibration by coded {unit} (with the theme, of all): {themes}>"

    def apply(self, shares: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
        """The same table and, last, probability and its limits (float64 in [0, 1]).

        Parameters
        ----------
        shares : DataFrame of the model and the kind of rows that the calibration was learnt with
        level : float in (0, 1), posterior probability between the limits

        Raises
        ------
        InputError
            If a theme was not calibrated, a share is not in [0, 1], or the rows are documents and
            passages were coded, or the other way round.
        """
        fraction("level", level)
        self._check(shares)
        found = np.zeros((len(shares), 3))
        values = shares["share"].to_numpy(dtype=np.float64)
        for name, curve in self.curves.items():
            rows = np.flatnonzero(shares["theme"].to_numpy() == name)
            for start in range(0, len(rows), AT_ONCE):
                part = rows[start : start + AT_ONCE]
                found[part] = _summary(curve.chances(values[part]), level)
        return shares.assign(**dict(zip(_ADDED, found.T, strict=True)))

    @property
    def thresholds(self) -> pd.DataFrame:
        """theme, n_coded, n_present, f1_threshold, prevalence_threshold; a row for each theme."""
        return pd.DataFrame(
            {
                "theme": pd.Series(list(self.curves), dtype="str"),
                "n_coded": [curve.n_coded for curve in self.curves.values()],
                "n_present": [curve.n_present for curve in self.curves.values()],
                "f1_threshold": [curve.f1_threshold for curve in self.curves.values()],
                "prevalence_threshold": [c.prevalence_threshold for c in self.curves.values()],
            }
        )

    def to_json(self) -> str:
        """All of it as JSON; `from_json` gives the same calibration back, to the last bit."""
        curves = [
            {"theme": name, **vars(curve), "draws": curve.draws.tolist()}
            for name, curve in self.curves.items()
        ]
        return json.dumps({"format": _FORMAT, "unit": self.unit, "curves": curves}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The calibration that `to_json` wrote.

        Raises
        ------
        InputError
            If the text is anything else.
        """
        try:
            kept = json.loads(text)
            if kept["format"] != _FORMAT or kept["unit"] not in ("passage_id", "doc_id"):
                raise ValueError(kept["format"])
            curves = {str(entry["theme"]): _curve(entry) for entry in kept["curves"]}
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as fault:
            raise InputError(
                f"This is not what Calibration.to_json of this version writes ({fault!r})."
            ) from fault
        return cls(kept["unit"], curves)

    def _check(self, shares: pd.DataFrame) -> None:
        missing = [name for name in (self.unit, "theme", "share") if name not in shares.columns]
        if missing or (self.unit == "doc_id" and "passage_id" in shares.columns):
            coded = "passages" if self.unit == "passage_id" else "documents"
            raise InputError(
                f"The codes were of {coded}, so the calibration holds for shares of {coded}, with "
                f"{self.unit}, theme and share; the table has: {listed(shares.columns, most=20)}."
            )
        unknown = [name for name in dict.fromkeys(shares["theme"]) if name not in self.curves]
        if unknown:
            raise InputError(f"The calibration has no curve for the themes {listed(unknown)}.")
        values = shares["share"].to_numpy(dtype=np.float64)
        if not ((values >= 0.0) & (values <= 1.0)).all():
            raise InputError("Shares must lie in [0, 1]; some of the table do not.")


def calibrate(shares: pd.DataFrame, codes: pd.DataFrame) -> Calibration:
    """For each theme the curve from share to the probability that a coder gives the theme.

    Parameters
    ----------
    shares : DataFrame of `fit_themes` or `theme_shares`, of all rows, coded or not, by any model
    codes : DataFrame, see `topoi.measures.codes.coded_shares`; 20 to 100 passages will do

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the tables do not fit together; see `coded_shares`.

    Notes
    -----
    Platt's logistic curve on the log odds of the share, in standard deviations over the whole
    table, with a weakly informative prior (`logistic_curve`): codes that are all 0 or all 1 are
    fine. Of the curves tried on real codes none had a log loss lower by more than .002 nats with
    20, 50 or 100 codes (docs/calibration.md). Where codes have weights or several stand in one
    document, the codes count as fewer: by Kish's effective number, and by the design effect of
    the residuals of documents. Nothing is drawn at random.

    Examples
    --------
    >>> calibration = topoi.calibrate(shares, codes)              # doctest: +SKIP
    >>> calibration.apply(shares)[["passage_id", "theme", "probability"]]
    ...                                                           # doctest: +SKIP
    """
    coded = coded_shares(shares, codes)
    warn_of_few(coded.themes)
    return Calibration(coded.unit, {theme.name: coded_curve(theme) for theme in coded.themes})


def held_out_probabilities(
    shares: pd.DataFrame, codes: pd.DataFrame, *, folds: int = 10, random_state: int = 0
) -> pd.DataFrame:
    """The coded rows with the probability from a curve that did not see their document's codes.

    For an honest `score_report` of a calibration by the codes that it was learnt with.

    Parameters
    ----------
    shares, codes : as for `calibrate`
    folds : int >= 2, parts that the coded documents are dealt into; at most one a document
    random_state : int >= 0, how they are dealt

    Returns
    -------
    DataFrame
        The rows of `shares` that have a code, in their order, with the column probability.

    Raises
    ------
    InputError
        As `calibrate`; also if all codes of a theme are of one document.
    """
    coded = coded_shares(shares, codes)
    parts = []
    for theme in coded.themes:
        held_out, _ = held_out_chances(theme, folds=folds, random_state=random_state)
        names = coded.facts[coded.unit].to_numpy()[theme.rows]
        parts.append(
            pd.DataFrame({coded.unit: names, "theme": theme.name, "probability": held_out})
        )
    found = pd.concat(parts).astype({"theme": "str"})
    plain = shares.drop(columns=[name for name in _ADDED if name in shares])
    return plain.merge(found, on=[coded.unit, "theme"], how="inner", validate="one_to_one")


def _summary(chances: Floats, level: float) -> Floats:
    tail = (1.0 - level) / 2.0
    limits = np.quantile(chances, [tail, 1.0 - tail], axis=1)
    return np.column_stack([chances.mean(axis=1), *limits])


def _curve(entry: dict[str, object]) -> CodedCurve:
    fields = {name: value for name, value in entry.items() if name != "theme"}
    draws = np.array(fields.pop("draws"), dtype=np.float64)
    if draws.ndim != 2 or draws.shape[1] != 2 or not len(draws) or not np.isfinite(draws).all():
        raise ValueError("draws")
    curve = CodedCurve(draws=draws, **fields)  # type: ignore[arg-type]
    numbers = [value for name, value in vars(curve).items() if name != "draws"]
    if not all(isinstance(number, int | float) for number in numbers) or not curve.scale > 0:
        raise ValueError("numbers")
    return curve
