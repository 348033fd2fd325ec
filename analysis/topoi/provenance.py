"""What was a result made of, and by which settings and versions?"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from topoi.hashes import add_whole_numbers, bytes_hash
from topoi.models.base import TopicModel
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes

__all__ = ["counts_hash", "covariates_hash", "model_settings", "plain_setting", "versions"]


def model_settings(model: TopicModel) -> dict[str, Any]:
    """The settings on which the result of a model depends, as values that JSON has."""
    return {
        name: plain_setting(value)
        for name, value in sorted(model.get_params().items())
        if name != "n_jobs"  # the result does not depend on it
    }


def covariates_hash(covariates: ArrayLike | None) -> dict[str, Any]:
    """sha256 of the covariates' values in row order, if there are any."""
    if covariates is None:
        return {}
    values = np.ascontiguousarray(covariates, dtype="<f8")
    return {"covariates_sha256": bytes_hash(values.tobytes())}


def plain_setting(value: Any) -> Any:
    """The setting in values that JSON has."""
    if isinstance(value, Themes):
        return value.weights
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        # In full, as repr would cut it: two starts must not look alike.
        content = np.ascontiguousarray(value, dtype="<f8").tobytes()
        return {"shape": list(value.shape), "sha256": bytes_hash(content)}
    if isinstance(value, Mapping):
        return {str(name): plain_setting(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_setting(entry) for entry in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def counts_hash(matrix: DocTermMatrix) -> str:
    """sha256 of the counts with their terms and ids, as hexadecimal digits."""
    digest = hashlib.sha256()
    for values in (matrix.counts.indptr, matrix.counts.indices, matrix.counts.data):
        add_whole_numbers(digest, values)
    for names in (matrix.vocabulary.terms, matrix.ids):
        # As JSON, so that no name can pass for two.
        digest.update(json.dumps(list(names)).encode())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages on which the bytes of a result depend."""
    names = (
        *("topoi", "numpy", "scipy", "numba", "scikit-learn", "gensim", "pandas", "pyarrow"),
        *("matplotlib", "formulaic", "ftfy", "jinja2"),
    )
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
