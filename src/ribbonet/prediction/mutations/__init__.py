"""Scans of mutations: the effect of each on the predicted structure."""
