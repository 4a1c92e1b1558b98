"""Records as files have them, and how they become chains."""
