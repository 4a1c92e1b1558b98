"""Networks compiled by Numba: over windows, for training and prediction; `chains`, along chains."""
