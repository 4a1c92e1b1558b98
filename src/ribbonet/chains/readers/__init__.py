"""The published forms of labelled chains and of predictions, one file each."""
