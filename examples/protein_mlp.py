"""The network of 1988 as `ProteinMLP` of the slides of MCB128 block 1: PyTorch's autograd and Adam.

python examples/protein_mlp.py train.3line test.3line   (three lines a chain: >id, sequence, states)
"""

import sys

import torch
from by_hand import W, encode
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


class ProteinMLP(nn.Module):
    """One hidden layer of H units; the softmax is in the loss."""

    def __init__(self, I, H, O, activation=nn.ReLU):  # noqa: E741
        super().__init__()
        self.fc1 = nn.Linear(I, H)
        self.relu = activation()
        self.fc2 = nn.Linear(H, O)

    def forward(self, x):
        """Return the logits, [N, O] for windows [N, I]."""
        return self.fc2(self.relu(self.fc1(x)))


def train(model, X, Y, epochs=10, batch=128, lr=0.003):
    """Draw mini-batches without replacement; step by Adam."""
    criterion, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        for x, y in DataLoader(TensorDataset(X, Y), batch, shuffle=True):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()


def tensors(path):
    """Return windows X[N, I] and labels Y[N]."""
    X, T = map(torch.tensor, encode(path))
    return X.float(), T.argmax(dim=1)


def main(train_path, test_path):
    """Train on the chains of one file, and score those of both."""
    torch.manual_seed(0)
    data, model = [tensors(path) for path in (train_path, test_path)], ProteinMLP(W * 21, 40, 3)
    train(model, *data[0])
    return [100 * (model(X).argmax(1) == Y).double().mean().item() for X, Y in data]


if __name__ == "__main__":
    print("Train(40) {:.1f}  Test(40) {:.1f}".format(*main(*sys.argv[1:3])))
