"""The network of 1988 by hand, names and shapes as on the slides of MCB128 block 1.

python examples/by_hand.py train.3line test.3line   (three lines a chain: >id, sequence, states)
"""

import sys
from pathlib import Path

import numpy as np

RESIDUES, STATES, W = "ACDEFGHIKLMNPQRSTVWY ", "HEC", 13  # the blank: unknown, or beyond the ends


def encode(path):
    """Read chains; return one-hot windows X[N, I] and one-hot states T[N, O]."""
    lines, windows, states = Path(path).read_text().splitlines(), [], []
    for sequence, labels in zip(lines[1::3], lines[2::3], strict=False):
        padded = " " * (W // 2) + sequence + " " * (W // 2)
        for n, label in enumerate(labels):
            if label in STATES:
                windows.append([RESIDUES.find(r) % 21 for r in padded[n : n + W]])
                states.append(STATES.index(label))
    return np.eye(21)[np.array(windows)].reshape(-1, W * 21), np.eye(3)[states]


class MLP:
    def __init__(self, I, H, O, rng):  # noqa: E741
        self.W1, self.b1 = rng.standard_normal((I, H)) / np.sqrt(I), np.zeros(H)  # [I, H], [H]
        self.W2, self.b2 = rng.standard_normal((H, O)) / np.sqrt(H), np.zeros(O)  # [H, O], [O]

    def forward(self, X):
        a1 = X @ self.W1 + self.b1  # [N, I] @ [I, H] -> [N, H]
        h1 = 1 / (1 + np.exp(-a1))  # [N, H]
        a2 = h1 @ self.W2 + self.b2  # [N, H] @ [H, O] -> [N, O]
        exs = np.exp(a2 - a2.max(axis=1, keepdims=True))  # [N, O]
        return h1, exs / exs.sum(axis=1, keepdims=True)  # [N, H], [N, O]

    def backward(self, X, T):  # dv = dL/dv; the loss is the mean cross-entropy
        h1, probs = self.forward(X)
        da2 = (probs - T) / len(X)  # [N, O]: softmax and cross-entropy together
        dh1 = da2 @ self.W2.T  # [N, O] @ [O, H] -> [N, H]
        da1 = dh1 * h1 * (1 - h1)  # [N, H]: times the slope of the sigmoid
        return X.T @ da1, da1.sum(axis=0), h1.T @ da2, da2.sum(axis=0)  # dW1, db1, dW2, db2

    def train(self, X, T, rng, epochs=30, batch=128, lr=0.5):
        for _ in range(epochs):
            for rows in np.array_split(rng.permutation(len(X)), max(len(X) // batch, 1)):
                gradients = self.backward(X[rows], T[rows])
                for v, dv in zip(vars(self).values(), gradients, strict=True):
                    v -= lr * dv  # W1, b1, W2, b2


def main(train, test):
    data, model = (encode(train), encode(test)), MLP(W * 21, 40, 3, np.random.default_rng(0))
    model.train(*data[0], np.random.default_rng(1))
    return [100 * np.mean(model.forward(X)[1].argmax(1) == T.argmax(1)) for X, T in data]


if __name__ == "__main__":
    print("Train(40) {:.1f}  Test(40) {:.1f}".format(*main(*sys.argv[1:3])))
