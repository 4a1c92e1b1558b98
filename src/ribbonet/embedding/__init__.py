"""Embeddings by protein language models (ESM-2, ProtT5): an array for each chain, in HDF5."""
