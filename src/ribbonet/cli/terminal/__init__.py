"""What the commands show: messages, progress, tables."""
