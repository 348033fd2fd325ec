"""Fits of corpora that do not fit into memory: partitions on disk, on one machine or on many."""

from topoi.scale.build_corpus import BuiltCorpus, build_corpus
from topoi.scale.counts_folder import CountsFolder, open_counts
from topoi.scale.fit_parts import fit_parts
from topoi.scale.part_fit import PartFit, read_part_fit
from topoi.scale.write_counts import write_counts

__all__ = [
    "BuiltCorpus",
    "CountsFolder",
    "PartFit",
    "build_corpus",
    "fit_parts",
    "open_counts",
    "read_part_fit",
    "write_counts",
]
