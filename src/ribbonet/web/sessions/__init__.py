"""What rooms share whose pages keep a session on the server: players, their turns and settings."""
