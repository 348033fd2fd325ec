"""What readers, loaders and parsers do with bytes that nobody meant for them."""
