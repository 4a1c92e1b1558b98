"""Residues, records, files, windows and scores; knows nothing of networks."""
