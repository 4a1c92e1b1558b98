"""Predicting the structure of chains."""
