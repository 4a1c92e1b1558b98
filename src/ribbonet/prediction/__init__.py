"""From chains to predicted states: models, how they are made, and what they give."""
