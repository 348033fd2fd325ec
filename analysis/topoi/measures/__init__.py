"""What is measured on fits and shares: one question a file, each a tidy table."""
