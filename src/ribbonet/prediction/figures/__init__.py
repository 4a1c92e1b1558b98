"""Drawing states of chains: what is drawn, and its rendering as SVG, PDF or PNG."""
