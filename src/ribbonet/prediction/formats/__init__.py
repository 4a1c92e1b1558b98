"""The formats in which predictions are written."""
