"""Chains and their labels from the coordinates of structures."""
