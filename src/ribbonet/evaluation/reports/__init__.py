"""Reports of scores as pages of HTML, with charts."""
