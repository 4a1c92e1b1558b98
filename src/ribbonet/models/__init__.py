"""Trained models: their networks, weights, cards and inputs, and the models that are shipped."""
