"""High or low voice from 120 features of the spectrum of a sound.

Source: Deep Learning in Python; Rangan, Neural Network Notes.
"""

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from ribbonet.estimators import MLPClassifier

RATE, SECONDS = 8000, 0.25


def sound(pitch: float, rng: np.random.Generator) -> np.ndarray:
    """Synthesise a vowel: harmonics that fade, louder near two formants, and noise."""
    t = np.arange(int(RATE * SECONDS)) / RATE
    harmonics = pitch * np.arange(1, int(RATE / 2 / pitch))
    formants = rng.uniform([300, 900], [800, 2500])
    resonance = np.exp(-0.5 * ((harmonics[:, None] - formants) / 200) ** 2).sum(axis=1)
    loudness = resonance + 100 / harmonics
    phases = rng.uniform(0, 2 * np.pi, len(harmonics))
    waves = np.sin(2 * np.pi * harmonics[:, None] * t + phases[:, None])
    return loudness @ waves + 0.3 * rng.standard_normal(len(t))


def spectrum(sounds: np.ndarray) -> np.ndarray:
    """Return the logarithm of the FFT's first 120 powers, up to 480 Hz in steps of 4."""
    return np.log1p(np.abs(np.fft.rfft(sounds * np.hanning(sounds.shape[1])))[:, :120])


def main() -> float:
    """Return the accuracy on held-out voices of two kinds that overlap a little."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=1200)
    pitches = np.where(y, rng.normal(205, 25, 1200), rng.normal(118, 20, 1200))
    X = np.array([sound(pitch, rng) for pitch in pitches])
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    model = make_pipeline(
        FunctionTransformer(spectrum),
        StandardScaler(),
        MLPClassifier((30,), dropout=0.3, epochs=40, random_state=0),
    ).fit(X_train, y_train)
    score = model.score(X_test, y_test)
    layers = model[-1].network_.layers
    print(f"{layers[0].inputs} features, {layers[-1].outputs} sigmoid unit: {score:.1%} right")
    return score


if __name__ == "__main__":
    main()
