"""Which passages show how a group speaks otherwise than the others?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.measures.formulas import covariates_of
from topoi.measures.keyness import row_shares
from topoi.measures.row_weights import column_of
from topoi.measures.theme_fit import ThemeFit
from topoi.text.matrix import DocTermMatrix

__all__ = ["keyness_passages"]

_MORE_TOKENS = (
    30.0  # tokens added to a passage's own, so that a line of three words is not the best
)


def keyness_passages(
    table: pd.DataFrame,
    matrix: DocTermMatrix,
    corpus: Corpus,
    by: str,
    *,
    themes: ThemeFit | pd.DataFrame | None = None,
    data: pd.DataFrame | None = None,
    n: int = 3,
    n_terms: int = 20,
) -> pd.DataFrame:
    """The passages of each group that use most of its typical terms, at most one a document.

    Parameters
    ----------
    table : DataFrame from `keyness`
    matrix, by, themes, data : as they were given to `keyness`; themes are needed where table has
        them
    corpus : Corpus with the texts of the matrix's rows
    n : int >= 1, passages of each theme and group
    n_terms : int >= 1, how many of the typical terms (z > 0, the greatest first) count

    Returns
    -------
    DataFrame
        theme (str, if the table has it), group (str), passage_id (str, of passages), doc_id (str),
        score (float64), terms (str, the typical ones in it, by falling z), text (str); in the order
        of the table's themes and groups, then by falling score, ties by id. The score is the sum
        of z over the different typical terms in a passage, times its share of the theme, over
        its tokens and 30 more.

    Raises
    ------
    InputError
        If the table is none of keyness, rows have no text, themes are missing, or a setting is out
        of range.
    """
    at_least("n", n, 1, whole=True)
    at_least("n_terms", n_terms, 1, whole=True)
    missing = [name for name in ("group", "term", "z") if name not in table.columns]
    if missing:
        raise InputError(f"The table is not one of keyness; it lacks: {listed(missing)}.")
    has_themes = "theme" in table.columns
    if has_themes and themes is None:
        raise InputError("The table is by theme; give the themes that keyness was given.")
    units = covariates_of(matrix.units, data)
    named = column_of(units, by, use="compare").astype("str")
    texts = pd.Series(corpus.texts, index=corpus.ids)
    absent = [row for row in matrix.ids if row not in texts.index]
    if absent:
        raise InputError(f"{len(absent)} rows of the matrix have no text: {listed(absent)}.")
    shares = row_shares(matrix, themes) if has_themes and themes is not None else {}
    keys = ["theme", "group"] if has_themes else ["group"]
    frames = []
    for key, own in table.groupby(keys, sort=False):
        typical = own.loc[own["z"] > 0].sort_values(["z", "term"], ascending=[False, True])
        rows = np.flatnonzero((named == key[-1]).to_numpy())
        share = shares[str(key[0])][rows] if has_themes else np.ones(len(rows))
        found = _best_rows(matrix, rows, typical.head(n_terms), share).head(n)
        for name, text in zip(keys, key, strict=True):
            found[name] = str(text)
        frames.append(found)
    result = pd.concat(frames, ignore_index=True)
    result["text"] = texts.loc[result["id"]].to_numpy()
    if "passage_id" in matrix.units.columns:
        result["passage_id"] = result["id"]
        keys = [*keys, "passage_id"]
    return result[[*keys, "doc_id", "score", "terms", "text"]].astype(
        dict.fromkeys([*keys, "doc_id", "terms", "text"], "str")
    )


def _best_rows(
    matrix: DocTermMatrix,
    rows: NDArray[np.intp],
    typical: pd.DataFrame,
    share: NDArray[np.float64],
) -> pd.DataFrame:
    """id, doc_id, score and terms of these rows, best first, one a document, scores above 0."""
    columns = [matrix.vocabulary.index[term] for term in typical["term"]]
    held = csr_array(matrix.counts)[rows][:, columns].toarray() > 0
    score = np.einsum("rt,t->r", held, typical["z"].to_numpy(dtype=np.float64)) * share
    units, ids = matrix.units.iloc[rows], matrix.ids
    names = typical["term"].to_numpy()
    found = pd.DataFrame(
        {
            "id": [ids[row] for row in rows],
            "doc_id": units["doc_id"].to_numpy(),
            "score": score / (units["n_tokens"].to_numpy(dtype=np.float64) + _MORE_TOKENS),
            "terms": pd.Series([", ".join(names[own]) for own in held], dtype="str"),
        }
    )
    found = found.loc[found["score"] > 0]
    return found.sort_values(["score", "id"], ascending=[False, True]).drop_duplicates("doc_id")
