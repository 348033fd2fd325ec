"""Which numbers stand for the documents in a regression, by a formula of their columns."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, TopoiWarning, did_you_mean, listed

__all__ = ["Design", "covariates_of", "decimal_years", "design_of", "names_in", "variables_of"]

_RESPONSE = "share"


@dataclass(frozen=True, eq=False)
class Design:
    """A design matrix with what is needed to make it anew for other values.

    Parameters
    ----------
    matrix : float64 array, shape (n, P); its columns are linearly independent
    terms : tuple of str, length P, "Intercept" first
    rows : int64 array, shape (n,), positions of the rows that have all variables
    frame : DataFrame, n rows, the variables as the formula sees them: dates as decimal years
    variables : tuple of str, the columns that the formula names, sorted
    spec : formulaic's ModelSpec, which keeps knots and categories
    """

    matrix: NDArray[np.float64]
    terms: tuple[str, ...]
    rows: NDArray[np.int64]
    frame: pd.DataFrame
    variables: tuple[str, ...]
    spec: Any

    def at(self, variable: str, value: object) -> NDArray[np.float64]:
        """The matrix (n, P) if the variable had this value in every row, all else as it is.

        Raises
        ------
        InputError
            If it is a category that no row has, or lies outside a spline.
        """
        from formulaic.errors import FormulaicError

        known = self.frame[variable]
        if self.is_category(variable) and value not in set(known):
            raise InputError(
                f"{variable} is a category in the formula and has no value {value!r}; it has: "
                f"{listed(sorted(known.unique()), most=20)}."
            )
        changed = self.frame.assign(**{variable: pd.Series([value] * len(known))})
        try:
            return _numbers(self.spec.get_model_matrix(changed, context={}))
        except (FormulaicError, ValueError) as error:
            raise InputError(
                f"The formula cannot be worked out for {variable} = {value!r} (observed from "
                f"{known.min()} to {known.max()}): {error}"
            ) from error

    def is_category(self, variable: str) -> bool:
        """Whether a factor has a column for each value of it: texts, and numbers in ``C(year)``."""
        return any(
            kind.name == "CATEGORICAL" and variable in names_in(str(factor))
            for factor, (kind, _) in self.spec.encoder_state.items()
        )


def design_of(formula: str, table: pd.DataFrame) -> Design:
    """The design matrix of a formula, such as ``share ~ treatment + bs(date, 4) + C(outlet)``.

    Parameters
    ----------
    formula : str
        In the grammar of formulaic. The left side is `share` or left out. A formula is Python:
        take none from somebody whom you would not let run code.
    table : DataFrame, a row for each document or passage
        Columns with dates become decimal years (2021.5 is the middle of 2021), so that `date`
        can be used as it is, in splines too.

    Returns
    -------
    Design
        Of the rows that have all variables; those that lack one are left out with a warning.

    Raises
    ------
    InputError
        If the formula cannot be read, names a column that is not there, has another left side,
        or its columns depend linearly on each other in these rows.
    """
    right, variables = _parsed(formula)
    absent = [name for name in variables if name not in table.columns]
    if absent:
        hint = did_you_mean(absent[0], [str(name) for name in table.columns])
        raise InputError(
            f"The formula {formula!r} names columns that are not there: {listed(absent)}.{hint} "
            f"There are: {listed(table.columns, most=20)}."
        )
    frame = pd.DataFrame({name: _usable(table[name]) for name in variables}, index=table.index)
    frame = frame.reset_index(drop=True)
    whole = frame.notna().all(axis=1).to_numpy()
    _warn_of_gaps(frame, whole)
    kept = frame.loc[whole].reset_index(drop=True)
    if not len(kept):
        raise InputError(f"No row has a value in each of the columns {listed(variables)}.")
    matrix = _evaluated(formula, right, kept)
    numbers = _numbers(matrix)
    terms = tuple(str(name) for name in matrix.columns)
    _refuse_dependence(formula, numbers, terms)
    return Design(numbers, terms, np.flatnonzero(whole), kept, variables, matrix.model_spec)


def variables_of(formula: str) -> tuple[str, ...]:
    """The columns that a formula names on its right side, sorted; errors as `design_of`."""
    return _parsed(formula)[1]


def covariates_of(
    units: pd.DataFrame, data: pd.DataFrame | None, formula: str | None = None
) -> pd.DataFrame:
    """What is known of each row: the units' columns and, joined by id, those of a further table.

    Parameters
    ----------
    units : DataFrame with doc_id, and passage_id for passages
    data : DataFrame or None, with passage_id (a row for each passage) or doc_id (for each document)
        Its columns win over those of the units.
    formula : str, optional; only to say in an error what is needed

    Raises
    ------
    InputError
        If data has neither id, repeats one, or lacks some of the rows; names them.
    """
    if data is None:
        return units.reset_index(drop=True)
    key = next((name for name in ("passage_id", "doc_id") if _in_both(name, units, data)), None)
    if key is None:
        raise InputError(
            "data must have a column doc_id (or passage_id), by which its rows are joined to "
            f"those of the shares; it has: {listed(data.columns, most=20)}."
        )
    twice = data[key][data[key].duplicated()].unique()
    if len(twice):
        raise InputError(
            f"data has more than one row for {len(twice)} values of {key}: {listed(twice)}. Give "
            "each one row."
        )
    unknown = units[key][~units[key].isin(data[key])].unique()
    if len(unknown):
        needed = f" for {formula!r}" if formula else ""
        raise InputError(
            f"data has no row{needed} for {len(unknown)} of {units[key].nunique()} values of "
            f"{key}: {listed(unknown)}. Give them, with empty cells where a value is not known."
        )
    rest = units[[name for name in units.columns if name == key or name not in data.columns]]
    return rest.reset_index(drop=True).merge(data, on=key, how="left", validate="many_to_one")


def _in_both(name: str, units: pd.DataFrame, data: pd.DataFrame) -> bool:
    return name in units.columns and name in data.columns


def _parsed(formula: str) -> tuple[Any, tuple[str, ...]]:
    """The right side and the columns that it names."""
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    if not isinstance(formula, str) or not formula.strip():
        raise InputError(f"A formula is a text such as 'share ~ treatment'; got {formula!r}.")
    try:
        whole = Formula(formula)
        left = [str(term) for term in getattr(whole, "lhs", ())]
        right = getattr(whole, "rhs", whole)
        variables = tuple(sorted(_named(right)))
    except (FormulaicError, AttributeError, SyntaxError, ValueError, TypeError) as error:
        raise InputError(
            f"The formula {formula!r} cannot be read: {error}. An example: "
            "'share ~ treatment + bs(date, 4) + C(outlet)'."
        ) from error
    if left not in ([], [_RESPONSE]):
        raise InputError(
            f"The left side of a formula is 'share', of each topic or theme; got "
            f"{' + '.join(left)!r} in {formula!r}."
        )
    if "1" not in [str(term) for term in right]:
        raise InputError(f"The formula {formula!r} takes out the intercept; leave it in.")
    return right, variables


def _named(right: Any) -> set[str]:
    """The columns named: what formulaic finds, and arguments of splines, which it omits."""
    names = {str(name) for name in right.required_variables}
    for factor in {factor for term in right for factor in term.factors}:
        if "(" in str(factor):
            names |= names_in(str(factor))
    return names


def names_in(factor: str) -> set[str]:
    """The names in a factor, other than of functions; a factor without calls is a name itself."""
    if "(" not in factor:
        return {factor}
    tree = ast.parse(factor, mode="eval")
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    functions = {id(node) for func in called for node in ast.walk(func)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in found if id(node) not in functions}


def _usable(column: pd.Series) -> pd.Series:
    """The column as a formula can take it: dates as decimal years, empty texts as missing."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return decimal_years(column)
    if pd.api.types.is_bool_dtype(column) and not column.isna().any():
        return column.astype("float64")
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64").where(np.isfinite(column.astype("float64")))
    found = column.astype("str")
    return found.where(column.notna() & (found != ""))


def decimal_years(dates: pd.Series) -> pd.Series:
    """Dates as years with decimals: the first of January 2021 is 2021.0; NaN where missing."""
    length = np.where(dates.dt.is_leap_year, 366.0, 365.0)
    years: pd.Series = (dates.dt.year + (dates.dt.day_of_year - 1) / length).astype("float64")
    return years


def _warn_of_gaps(frame: pd.DataFrame, whole: NDArray[np.bool_]) -> None:
    if whole.all():
        return
    lacking = [f"{name} ({n})" for name, n in frame.isna().sum().items() if n]
    warnings.warn(
        f"{int((~whole).sum())} of {len(frame)} rows take no part, as they lack a value: "
        f"{listed(lacking)}.",
        TopoiWarning,
        stacklevel=4,
    )


def _evaluated(formula: str, right: Any, frame: pd.DataFrame) -> Any:
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    # One column, so that formulaic knows how many rows an intercept alone has.
    given = frame if len(frame.columns) else pd.DataFrame({"_row": np.arange(len(frame))})
    try:
        return model_matrix(right, given, context={}, na_action="raise")
    except (FormulaicError, ValueError, TypeError) as error:
        raise InputError(f"The formula {formula!r} cannot be worked out: {error}") from error


def _numbers(matrix: Any) -> NDArray[np.float64]:
    return np.ascontiguousarray(np.asarray(matrix, dtype=np.float64))


def _refuse_dependence(formula: str, matrix: NDArray[np.float64], terms: tuple[str, ...]) -> None:
    """Refuse a design in which a column is a sum of others, naming the first such."""
    if not np.isfinite(matrix).all():
        raise InputError(f"The formula {formula!r} gives values that are not finite.")
    length = np.sqrt((matrix * matrix).sum(axis=0))
    scaled = matrix / np.where(length > 0, length, 1.0)
    upper = np.linalg.qr(scaled, mode="r")
    size = np.abs(np.diagonal(upper))
    if len(matrix) > matrix.shape[1] and (size > 1e-9).all():
        return
    if len(matrix) <= matrix.shape[1]:
        raise InputError(
            f"The formula {formula!r} has {matrix.shape[1]} terms for {len(matrix)} rows; there "
            "must be more rows than terms."
        )
    faulty = [terms[place] for place in np.flatnonzero(size <= 1e-9)]
    raise InputError(
        f"In the formula {formula!r} these terms can be told from others or are the same for "
        f"every row, so they have no effect of their own: {listed(faulty)}. Leave them out."
    )
