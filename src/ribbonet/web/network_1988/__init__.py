"""The room 1988: the network of Qian & Sejnowski trained before your eyes, beside one without."""
