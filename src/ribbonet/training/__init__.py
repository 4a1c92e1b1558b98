"""Training models from labelled chains: configurations, fine-tuning and searches."""
