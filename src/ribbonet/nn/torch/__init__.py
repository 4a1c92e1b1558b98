"""The same networks, losses and optimisers in PyTorch."""
