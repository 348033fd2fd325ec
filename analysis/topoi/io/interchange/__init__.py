"""Which formats of other programs are read and written; one file a format."""
