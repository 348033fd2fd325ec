"""Where texts come from and results go: the only modules of topoi that touch files."""
