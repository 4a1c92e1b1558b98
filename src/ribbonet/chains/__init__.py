"""Protein chains: residues, labels, windows and files; knows nothing of networks."""
