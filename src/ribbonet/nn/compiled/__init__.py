"""Networks over windows of residues, compiled by Numba for training and prediction."""
