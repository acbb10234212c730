"""From ink to a reply."""
