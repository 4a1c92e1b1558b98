"""Homologous chains: search, profiles, templates, and splits without homologues in common."""
