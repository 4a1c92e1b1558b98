"""The options that several commands share, and what is read by them."""
