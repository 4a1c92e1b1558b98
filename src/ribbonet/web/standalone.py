"""The page without a server: files that predict in the browser itself."""

from __future__ import annotations

from ribbonet.chains.alphabet import DSSP_TO_STATE, RESIDUES, SPACER, STATES, STATES8

ALPHABET = {
    "residues": RESIDUES.symbols,
    "spacer": SPACER,
    "states": STATES.symbols,
    "three_of_eight": {state: DSSP_TO_STATE[state] for state in STATES8},
}
"""What the page's networks know of letters and states, of which its JavaScript says nothing."""
