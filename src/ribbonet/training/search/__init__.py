"""The search for the best configuration (`ribbonet tune`), by Optuna."""
