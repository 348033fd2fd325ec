"""Whether this installation does what it should, and whether a run will fit into this machine."""
