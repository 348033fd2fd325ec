"""The loops that must be fast: compiled, on typed arrays, without options."""
