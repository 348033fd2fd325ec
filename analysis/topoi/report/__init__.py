"""The report: what one run found, as one page that needs nothing else."""
