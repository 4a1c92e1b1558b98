"""A memory for letters: stored, corrupted, retrieved, with less and less energy.

Source: MCB128 block 1, slides.
"""

import numpy as np

from ribbonet.estimators import HopfieldNetwork

LETTERS = """\
..###..  .#####.  .#####.  #######
.#...#.  #.....#  #.....#  ...#...
#.....#  #......  #.....#  ...#...
#######  #......  #.....#  ...#...
#.....#  #......  #.....#  ...#...
#.....#  #.....#  #.....#  ...#...
#.....#  .#####.  .#####.  ...#..."""


def patterns() -> np.ndarray:
    """Return the letters as rows of -1 and +1."""
    columns = zip(*(line.split() for line in LETTERS.splitlines()), strict=True)
    return np.array([[1 if c == "#" else -1 for c in "".join(rows)] for rows in columns])


def show(states: np.ndarray) -> None:
    """Draw states side by side."""
    for row in range(7):
        print("   ".join("".join(".#"[int(p > 0)] for p in s.reshape(7, 7)[row]) for s in states))
    print()


def main(share: float = 0.15) -> dict[str, float]:
    """Return for each rule the share of pixels that it retrieves from corrupted letters."""
    stored, rng = patterns(), np.random.default_rng(0)
    corrupted = np.where(rng.random(stored.shape) < share, -stored, stored)
    show(corrupted)
    found = {}
    for rule in ("hebbian", "pseudo-inverse", "modern"):
        memory = HopfieldNetwork(rule, beta=1, random_state=0).fit(stored)
        retrieved = memory.retrieve(corrupted)
        found[rule] = float((np.sign(retrieved) == stored).mean())
        before, after = memory.energy(corrupted).mean(), memory.energy(retrieved).mean()
        print(f"{rule}: {found[rule]:.1%} of the pixels right; energy {before:.2f} to {after:.2f}")
    show(retrieved)
    for beta in (0.01, 0.1, 1):
        memory = HopfieldNetwork("modern", beta=beta, steps=1000).fit(stored)
        state = memory.retrieve(corrupted[1:2])[0]
        shares = memory.network_.attention(state).round(2)
        print(f"beta {beta}: {memory.network_.fixed_point(state)}, shares of the letters {shares}")
    return found


if __name__ == "__main__":
    main()
