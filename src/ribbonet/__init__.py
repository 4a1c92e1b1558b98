"""Protein secondary structure by feed-forward networks that you can see through."""

__version__ = "0.1.0"
