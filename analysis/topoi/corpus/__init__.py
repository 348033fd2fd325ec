"""The corpus: documents with a ledger, cleaned, de-duplicated and cut into passages."""
