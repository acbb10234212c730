"""The mathematics of learning: losses, gradients, and the rules that follow them. Nothing here knows of files."""
