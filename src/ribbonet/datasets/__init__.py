"""Published data sets by name: the catalogue, downloads and the local cache."""
