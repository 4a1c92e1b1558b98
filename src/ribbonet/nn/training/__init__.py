"""The training loop: batches, engines, evaluation and checkpoints."""
