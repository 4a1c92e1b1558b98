"""Networks along whole chains by compiled loops: what their layers compute."""
