"""From logits to what is said of the ink, and why."""
