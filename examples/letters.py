"""Letters in images of 20 x 20 pixels: 400 inputs, 26 softmax outputs. Needs Pillow.

Source: Rangan, Neural Network Notes.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from sklearn.model_selection import train_test_split

from ribbonet.estimators import MLPClassifier

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def image(letter: str, rng: np.random.Generator) -> np.ndarray:
    """Draw a letter a little turned, moved and blurred, as 400 numbers from 0 to 1."""
    canvas = Image.new("L", (60, 60))
    font = ImageFont.load_default(int(rng.integers(38, 52)))
    place = tuple(30 + rng.integers(-2, 3, size=2))
    ImageDraw.Draw(canvas).text(place, letter, 255, font, anchor="mm")
    canvas = canvas.rotate(float(rng.uniform(-10, 10)), Image.Resampling.BILINEAR)
    pixels = np.asarray(canvas.resize((20, 20), Image.Resampling.BOX)) / 255
    return (pixels + 0.05 * rng.standard_normal((20, 20))).ravel()


def main(each: int = 150) -> float:
    """Return the accuracy on held-out images."""
    rng = np.random.default_rng(0)
    y = np.array(list(LETTERS) * each)
    X = np.array([image(letter, rng) for letter in y])
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    model = MLPClassifier((64,), dropout=0.2, epochs=30, random_state=0).fit(X_train, y_train)
    score = model.score(X_test, y_test)
    for row in X_test[0].reshape(20, 20)[2:18]:
        print("  " + "".join(" .:-=+*#%@"[int(9 * np.clip(p, 0, 1))] * 2 for p in row))
    print(f"read as {model.predict(X_test[:1])[0]}; {score:.1%} of {len(y_test)} images right")
    return score


if __name__ == "__main__":
    main()
