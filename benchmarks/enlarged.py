"""What would an explorer be given of a run of more passages, and how is its search used?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["TYPED", "enlarged"]

# Milliseconds from each letter, and from clearing the field, until the page was drawn anew.
TYPED = """async () => {
  const took = [];
  for (const words of ['b', 'bo', 'bor', 'border', 'border*', '']) {
    const field = document.getElementById('q');
    const began = performance.now();
    field.value = words;
    field.dispatchEvent(new Event('input'));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - began);
  }
  return took;
}"""


def enlarged(values: Mapping[str, Any], n: int) -> dict[str, Any]:
    """The values of an explorer with their passages again and again, n of them.

    Each has an id of its own; five make a document.
    """
    passages = values["passages"]
    times = -(-n // len(passages["id"]))

    def repeated(column: list[Any]) -> list[Any]:
        return (column * times)[:n]

    large = {name: repeated(passages[name]) for name in ("title", "date", "n", "text", "marks")}
    large |= {name: [repeated(c) for c in passages[name]] for name in ("share", "lower", "upper")}
    large["topics"] = [repeated(rows) for rows in passages["topics"]]
    large["id"] = [f"p{at}" for at in range(n)]
    large["doc"] = large["cluster"] = [f"d{at // 5}" for at in range(n)]
    facets = [{**facet, "of": repeated(facet["of"])} for facet in values["facets"]]
    return {**values, "passages": large, "facets": facets, "n_passages": n}
