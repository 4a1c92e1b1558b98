"""Experiments of one click in the room Play: one setting varied, trained for several seeds."""
