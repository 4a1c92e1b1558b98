"""What holds for every request: limits, connections, who is served, faults in the page's words."""
