"""Scores of predictions: measures, significance, reports and charts."""
