"""The report of a run, from nothing but the files of the run."""
