"""Whether the colours of themes and words can be told from the paper they stand on."""

import pytest
from contrast import GRAPHIC, TEXT, contrast, rgb

from topoi.palette import INK, MUTED, hues

PAPER = (255, 255, 255)
NAMES = ("root_causes", "border_security", "legal_pathways", *"abcde", "topic 1")


def test_the_ratio_is_that_of_the_definition():
    assert contrast((0, 0, 0), PAPER) == 21
    assert contrast(PAPER, PAPER) == 1
    # 127 / 255 is .2122 of white's light: 1.05 / (.2122 + .05)
    assert contrast((127, 127, 127), PAPER) == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("colour", [INK, MUTED])
def test_words_can_be_read_on_paper(colour):
    assert contrast(rgb(colour), PAPER) >= TEXT


@pytest.mark.parametrize("name", NAMES)
def test_marks_of_each_hue_are_seen_on_paper(name):
    assert contrast(rgb(hues(NAMES)[name].colour), PAPER) >= GRAPHIC
