"""What a caption says of a study: the marks in it become the study's own words."""

from __future__ import annotations

from topoi.figures.chosen import main_fit, shown_topics
from topoi.study import Study

__all__ = ["caption_of"]

_PERIODS = {"M": "month", "Q": "quarter", "Y": "year"}


def caption_of(caption: str, study: Study) -> str:
    """The caption with {topics}, {model}, {by} and {period} as they are in the study.

    `{model}` is the fit of `main_fit`, `{topics}` those of its topics that are shown.
    """
    words = {
        "{topics}": shown_topics(main_fit(study)[1])[0] if study.fits else "",
        "{model}": main_fit(study)[0] if study.fits else "",
        "{by}": (study.by or "").replace("_", " "),
        "{period}": _PERIODS.get(study.freq[:1], study.freq),
    }
    for mark, word in words.items():
        caption = caption.replace(mark, word)
    return caption
