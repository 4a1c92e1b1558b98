"""The operating system: atomic files and locks, memory, other programs, pools of processes."""
