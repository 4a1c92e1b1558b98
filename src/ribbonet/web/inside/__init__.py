"""The room Inside: every number of a small network, forward and backward."""
