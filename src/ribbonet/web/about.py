"""What the page says of ribbonet: version, licence, and how to cite it."""

from ribbonet import __version__

LICENCE = "BSD-3-Clause"
CITATION = (
    "The ribbonet developers. ribbonet: protein secondary structure by feed-forward networks that "
    f"you can see through. Version {__version__}"
)
"""As CITATION.cff has it."""

ABOUT = {"version": __version__, "licence": LICENCE, "citation": CITATION}
