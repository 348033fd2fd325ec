"""Which topic models does a run fit, and how?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from topoi.config import RunConfig
from topoi.defaults import Sizes
from topoi.fit import TopicFit, fit_topics
from topoi.io.step_forms import TABLE, fit_form
from topoi.io.steps import Say, Step, Steps
from topoi.measures.stability import stability
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.base import TopicModel
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.models.streaming import StreamingModel
from topoi.provenance import model_settings
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes

__all__ = ["first_seed", "model_of", "models_fitted", "models_fitted_again"]


def models_fitted(
    config: RunConfig,
    models: dict[str, TopicModel],
    matrix: DocTermMatrix,
    key: str,
    *,
    steps: Steps,
    say: Say,
) -> dict[str, Step[TopicFit]]:
    """A fit of each model, in their order; `key` is that of the step that gave the matrix."""

    def fitted(name: str, model: TopicModel) -> TopicFit:
        if config.scheduler is None or not isinstance(model, StreamingModel):
            say(f"fitting {name}")
            return fit_topics(matrix, model)
        from topoi.scale.cluster_fit import fit_by_cluster

        say(f"fitting {name} by the workers of {config.scheduler}")
        place = Path(config.out).resolve().parent
        return fit_by_cluster(matrix, model, cluster=config.scheduler, beside=place)

    return {
        name: steps.step(
            f"fitting {name}",
            partial(fitted, name, model),
            form=fit_form(matrix),
            settings={"model": name, **model_settings(model)},
            parents=(key,),
        )
        for name, model in models.items()
    }


def models_fitted_again(
    config: RunConfig,
    models: dict[str, TopicModel],
    fits: dict[str, Step[TopicFit]],
    matrix: DocTermMatrix,
    *,
    steps: Steps,
    say: Say,
) -> pd.DataFrame | None:
    """`stability` of the topics of each model in fits from other starts; None without such fits."""
    if config.refits == 0:
        return None

    def fitted_again(name: str, model: TopicModel) -> pd.DataFrame:
        say(f"fitting {name} from other starts, {config.refits} of them")
        found = stability(
            matrix, model, n_seeds=config.refits, n_subsamples=0, n_orders=0, other_ks=(),
            n_jobs=config.workers, random_state=config.seed, fit=fits[name].value,
        )  # fmt: skip
        found.insert(0, "model", name)
        return found

    tables = [
        steps.step(
            f"fitting {name} from other starts",
            partial(fitted_again, name, model),
            form=TABLE,
            settings={"refits": config.refits, "seed": config.seed},
            parents=(fits[name],),
        ).value
        for name, model in models.items()
    ]
    return pd.concat(tables, ignore_index=True)


def first_seed(config: RunConfig, sizes: Sizes) -> int:
    """The seed of the first start: no two seeds share a start, so that another is really other."""
    return (config.seed * sizes.starts) % (2**32 - sizes.starts)


def model_of(name: str, config: RunConfig, sizes: Sizes, themes: Themes) -> TopicModel:
    """The model of this name with the settings and sizes of the run."""
    seed = first_seed(config, sizes)
    if name == "KeywordLDA":
        return KeywordLDA(
            themes,
            topics_per_set=sizes.theme_topics,
            n_residual=sizes.residual,
            n_jobs=config.workers,
            random_state=seed,
        )
    if name == "LDA":
        return LDA(sizes.topics, n_jobs=config.workers, random_state=seed)
    if name == "NMF":
        return NMF(sizes.topics, n_jobs=config.workers, random_state=seed)
    kinds: dict[str, Callable[..., TopicModel]] = {
        "SklearnLDA": SklearnLDA,
        "GensimLDA": GensimLDA,
        "GensimNMF": GensimNMF,
    }
    return kinds[name](sizes.topics, random_state=seed)
