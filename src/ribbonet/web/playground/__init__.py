"""The playground: a small network, what it learns from, and what the page shows of it."""
