"""Small corpora made by hand about all themes of the migration pack, for runs that are quick."""

import hashlib

import numpy as np
import pandas as pd

# One sentence a theme, and words of no theme, for corpora made by hand.
SENTENCES = {
    "root_causes": "Poverty, drought and gang violence drive families out of the {place} valleys.",
    "border_security": "Border patrol agents closed the {place} crossing and the wall was guarded.",
    "legal_pathways": "Asylum hearings, work visas and family reunification opened in {place}.",
    "other": "The {place} library lends books about birds, bridges and old railway timetables.",
}
# A pack of few seeds, for runs of which little is to be done: the one that is shipped has some
# hundred, which cost most of the time of so small a run.
PACK = """name = "small"
[[theme]]
name = "border"
definition = "x"
seeds = ["wall", "border patrol"]
[[theme]]
name = "pathways"
definition = "x"
seeds = ["asylum", "visa*"]
"""
PLACES = ("northern", "coastal", "upper", "harbour", "eastern", "market", "river", "lower")


def texts(n=8):
    """Documents of four paragraphs that are not copies of one another, about all themes."""
    rng = np.random.default_rng(5)
    stems = ("plum", "stone", "lamp", "cloud", "reed", "copper", "violin", "moss")
    found = []
    for number in range(n):
        paragraphs = []
        for place, kind in enumerate(rng.permutation(list(SENTENCES))):
            own = " ".join(
                f"{stem}{letter}{'abcdefgh'[number]}" for stem in stems for letter in kind[:3]
            )
            sentence = SENTENCES[kind].format(place=PLACES[(number + place) % 8])
            paragraphs.append(f"{sentence} Here are {own} for {PLACES[place]} readers.")
        found.append("\n\n".join(paragraphs))
    return found


def table_file(folder, *, n=8, name="speeches.csv", **columns):
    table = pd.DataFrame({"id": [f"s{k}" for k in range(n)], "text": texts(n), **columns})
    file = folder / name
    table.to_csv(file, index=False)
    return file


def hashes_of_files(folder):
    """sha256 of each file of a folder but hidden ones, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
