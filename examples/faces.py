"""Faces, drawn by rules: whose they are, and what they express (Deep Learning in Python)."""

import numpy as np

from ribbonet.estimators import MLPClassifier

# of each expression: how the brows are raised and slant, how the mouth curves and opens
MOODS = {"happy": (0.02, 0, -0.9, 0.05), "sad": (0.02, -0.45, 0.9, 0.02)}
MOODS |= {"angry": (-0.08, 0.45, 0.5, 0.02), "surprised": (0.12, 0, 0, 0.2), "calm": (0, 0, 0, 0)}
SIZE = 28


def people(number: int, rng: np.random.Generator) -> np.ndarray:
    """Draw what tells people apart: width, eyes apart and open, nose, mouth, hair, skin."""
    low = [0.62, 0.24, 0.05, 0.1, 0.22, -0.75, 0.55]
    return rng.uniform(low, [0.82, 0.36, 0.1, 0.3, 0.34, -0.5, 0.9], (number, 7))


def face(person: np.ndarray, mood: str, rng: np.random.Generator) -> np.ndarray:
    """Draw a face a little turned, moved and lit from a side, with noise: 784 numbers."""
    wide, apart, eye, nose, mouth, hair, skin = person
    raised, slant, curve, opened = np.array(MOODS[mood]) * rng.normal(1, 0.2, 4)
    axis = np.linspace(-1, 1, SIZE)
    angle, (dx, dy) = rng.normal(0, 0.08), rng.normal(0, 0.04, 2)
    x = axis * np.cos(angle) + axis[:, None] * np.sin(angle) - dx
    y = axis[:, None] * np.cos(angle) - axis * np.sin(angle) - dy
    image = np.where((x / wide) ** 2 + y**2 < 0.9, skin, 0.1)
    image[(y < hair) & (image > 0.1)] = 0.3
    side = np.abs(x) - apart
    parts = [
        (side / 0.11) ** 2 + ((y + 0.2) / eye) ** 2 < 1,
        (np.abs(side) < 0.15) & (np.abs(y + 0.4 + raised + slant * side) < 0.045),
        (np.abs(x) < 0.05) & (y > -0.1) & (y < nose - 0.05),
        (np.abs(x) < mouth) & (np.abs(y - 0.5 - curve * (x**2 - mouth**2 / 2)) < 0.045 + opened),
    ]
    image[np.any(parts, axis=0)] = 0.05
    light = 1 + rng.normal(0, 0.15) * x + rng.normal(0, 0.1)
    return (image * light + rng.normal(0, 0.08, image.shape)).ravel()


def main(each: int = 12) -> dict[str, float]:
    """Return the shares told right: people in new images, moods of people never seen."""
    rng, shown = np.random.default_rng(0), people(30, np.random.default_rng(1))
    mood, who = (a.ravel() for a in np.meshgrid(list(MOODS) * each, np.arange(30)))
    X = np.array([face(shown[person], name, rng) for person, name in zip(who, mood, strict=True)])
    new, strangers = rng.random(len(X)) < 0.3, who >= 24
    network = MLPClassifier((64,), dropout=0.2, epochs=40, random_state=0)
    found = {"people": network.fit(X[~new], who[~new]).score(X[new], who[new])}
    network.fit(X[~strangers], mood[~strangers])
    found["moods of strangers"] = network.score(X[strangers], mood[strangers])
    for row in X[-5:].reshape(5, SIZE, SIZE)[:, 2:-2:2].swapaxes(0, 1):
        print("  ".join("".join(" .:-=+*#%@"[int(9 * p)] for p in f) for f in row.clip(0, 1)))
    print("".join(f"{name:{SIZE + 2}}" for name in network.predict(X[-5:])))
    print(", ".join(f"{name} {share:.1%} right" for name, share in found.items()))
    return found


if __name__ == "__main__":
    main()
