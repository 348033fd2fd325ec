"""Topic models as scikit-learn estimators: a count matrix in, arrays out."""
