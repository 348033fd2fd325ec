"""What a caption says of a study: the marks in it become the study's own words."""

from __future__ import annotations

from topoi.figures.chosen import main_fit, shown_strips, shown_topics
from topoi.figures.cuts import long_freq, mix_cuts
from topoi.study import Study

__all__ = ["caption_of"]

_PERIODS = {"M": "month", "Q": "quarter", "Y": "year"}


def caption_of(caption: str, study: Study) -> str:
    """The caption with {topics}, {model}, {by} and {period} as they are in the study.

    `{model}` is the fit of `main_fit`, `{topics}` those of its topics that are shown,
    `{draws}` what intervals resample; {long_period} is that of `long_freq`, {cuts} those of
    `mix_cuts`, {strips} the documents of `shown_strips`.
    """
    by = (study.by or "").replace("_", " ")
    words = {
        "{topics}": shown_topics(main_fit(study)[1])[0] if study.fits else "",
        "{model}": main_fit(study)[0] if study.fits else "",
        "{by}": by,
        "{period}": _PERIODS.get(study.freq[:1], study.freq),
        "{draws}": _draws(study),
    }
    if "{long_period}" in caption:
        words["{long_period}"] = _PERIODS[long_freq(study)]
    if "{cuts}" in caption:
        words["{cuts}"] = " and ".join(
            f"by {_PERIODS[freq] if freq else by}" for _, freq in mix_cuts(study)
        )
    if "{strips}" in caption:
        words["{strips}"] = shown_strips(study)[0]
    for mark, word in words.items():
        caption = caption.replace(mark, word)
    return caption


def _draws(study: Study) -> str:
    """What intervals resample: documents, or all of one value of a column."""
    if study.clusters is None:
        return "documents"
    return f"documents, those of one {study.clusters.removeprefix('original_')} together"
