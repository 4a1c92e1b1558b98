"""One network by hand, in PyTorch and in Keras: same weights, same result (extra keras)."""

import os
from importlib.util import find_spec

import numpy as np
import torch
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from ribbonet.nn import Adam, ArrayExamples, CategoricalCrossEntropy, Dense, Network, ReLU, fit
from ribbonet.nn.training.batches import batches

os.environ.setdefault("KERAS_BACKEND", "tensorflow" if find_spec("tensorflow") else "torch")
EPOCHS, BATCH, RATE, TINY = 30, 38, 0.01, 1e-12  # where Adam adds TINY differs in Keras
X, y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
START = Network([Dense(4, 16, "he"), ReLU(), Dense(16, 3)], 0, np.float64).parameters
SHUFFLED = np.random.default_rng(0)  # each epoch's order is the one that `fit` draws
ORDER = [i for _ in range(EPOCHS) for i in batches(SHUFFLED.permutation(len(X)), BATCH)]


def by_hand() -> np.ndarray:
    """Train with gradients by hand; return the logits."""
    network = Network([Dense(4, 16), ReLU(), Dense(16, 3)], dtype=np.float64).load(START)
    how = {"epochs": EPOCHS, "batch_size": BATCH, "rng": np.random.default_rng(0)}
    fit(network, CategoricalCrossEntropy(), Adam(RATE, epsilon=TINY), ArrayExamples(X, y), **how)
    return network(X)


def in_torch() -> np.ndarray:
    """Train by PyTorch's autograd; return the logits."""
    layers = [torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3)]
    model, criterion = torch.nn.Sequential(*layers).double(), torch.nn.CrossEntropyLoss()
    model.load_state_dict({name: torch.tensor(array.T) for name, array in START.items()})
    optimizer = torch.optim.Adam(model.parameters(), RATE, eps=TINY)
    for i in ORDER:
        optimizer.zero_grad()
        criterion(model(torch.tensor(X[i])), torch.tensor(y[i])).backward()
        optimizer.step()
    return model(torch.tensor(X)).detach().numpy()


def in_keras() -> np.ndarray:
    """Train by Keras, on TensorFlow where it is installed, else on PyTorch; return the logits."""
    from keras import Input, Sequential, layers, losses, ops, optimizers

    outputs = [layers.Dense(16, "relu", dtype="float64"), layers.Dense(3, dtype="float64")]
    model = Sequential([Input((4,), dtype="float64"), *outputs])
    model.set_weights(list(START.values()))  # (in, out), as ours
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.Adam(RATE, epsilon=TINY), loss)
    for i in ORDER:
        model.train_on_batch(X[i], y[i])
    return ops.convert_to_numpy(model(X))


if __name__ == "__main__":
    for train in (by_hand, in_torch, in_keras):
        print(f"{train.__name__:8} {train()[0]}, apart {np.abs(train() - by_hand()).max():.1g}")
