"""From passages to counts: tokens, phrases, vocabulary, document-term matrix."""
