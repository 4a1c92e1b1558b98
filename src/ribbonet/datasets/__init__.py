"""Data sets: published ones by name, downloaded and cached, and the small proteins that ship."""
