"""What is wrong with the layout of a page: overlaps, clipped text, what lies beyond the edge."""

from pathlib import Path

LOOK = Path(__file__).with_suffix(".js").read_text()


def layout_faults(page) -> list[str]:
    """Return what is wrong with the layout of what is on the screen; empty if nothing is."""
    return page.evaluate(LOOK)
