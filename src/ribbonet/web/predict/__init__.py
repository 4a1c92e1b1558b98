"""The room Predict: predictions, mutants, relatives and references of the chains that are sent."""
