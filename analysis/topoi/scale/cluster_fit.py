"""How is a matrix that is in memory fitted by the workers of a cluster?"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from topoi.cluster_tasks import client_of
from topoi.fit import TopicFit
from topoi.models.base import TopicModel
from topoi.scale.fit_parts import fit_parts
from topoi.scale.write_counts import write_counts
from topoi.text.matrix import DocTermMatrix

__all__ = ["fit_by_cluster"]


def fit_by_cluster(
    matrix: DocTermMatrix, model: TopicModel, *, cluster: Any, beside: Path
) -> TopicFit:
    """The fit that `fit_topics` gives, to the bit, by the workers of a cluster.

    Parameters
    ----------
    matrix : DocTermMatrix
    model : LDA, KeywordLDA or SeededLDA
    cluster : as for `fit_parts`
    beside : a folder that all workers see; counts and shares lie in a hidden one in it meanwhile

    Raises
    ------
    InputError
        As `fit_parts`, before anything is written where no cluster answers.
    """
    with client_of(cluster) as client:
        beside.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=beside, prefix=".topoi-fit-") as place:
            counts = write_counts(matrix, Path(place) / "counts")
            return fit_parts(counts, model, Path(place) / "fit", cluster=client).to_fit(counts)
