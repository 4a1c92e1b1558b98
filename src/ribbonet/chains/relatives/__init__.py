"""Homologous chains: search, profiles, and splits without homologues in common."""
