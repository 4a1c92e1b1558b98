"""Text to residues: what is read, what is changed and counted, and what is no sequence."""
