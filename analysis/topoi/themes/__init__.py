"""Themes: what is looked for in the text, as named sets of seeds with their sources."""
