"""What a network of the playground learns: points in the plane, and labelled chains."""
