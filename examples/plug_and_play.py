"""One network by hand and in PyTorch: the same weights, batches and result (seeds 001, 003)."""

import numpy as np
import torch
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from ribbonet.nn import Adam, ArrayExamples, CategoricalCrossEntropy, Dense, Network, ReLU, fit
from ribbonet.nn.examples import batches

EPOCHS, BATCH, RATE = 30, 38, 0.01


def by_hand(network: Network, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Train with gradients by hand; return the logits."""
    examples, rng = ArrayExamples(X, y), np.random.default_rng(0)
    loss, adam = CategoricalCrossEntropy(), Adam(RATE)
    fit(network, loss, adam, examples, epochs=EPOCHS, batch_size=BATCH, rng=rng)
    return network(X)


def in_torch(start: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Train by autograd, from the same weights and in the same order; return the logits."""
    model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3))
    model.load_state_dict({name: torch.tensor(array.T) for name, array in start.items()})
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    X_torch, y_torch, rng = torch.tensor(X), torch.tensor(y), np.random.default_rng(0)
    for _ in range(EPOCHS):
        for chosen in batches(rng.permutation(len(X)), BATCH):
            optimizer.zero_grad()
            loss = criterion(model(X_torch[chosen]), y_torch[chosen])
            loss.backward()
            optimizer.step()
    return model(X_torch).detach().numpy()


def main() -> float:
    """Return the largest difference between the logits of the two."""
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X).astype(np.float32)
    network = Network([Dense(4, 16, "he"), ReLU(), Dense(16, 3)], rng=0)
    start = {name: array.copy() for name, array in network.parameters.items()}
    ours, theirs = by_hand(network, X, y), in_torch(start, X, y)
    for name, logits in (("by hand", ours), ("PyTorch", theirs)):
        print(f"{name}: {(logits.argmax(axis=1) == y).mean():.1%} right, first {logits[0]}")
    return float(np.abs(ours - theirs).max())


if __name__ == "__main__":
    print(f"largest difference: {main():.1g}")
