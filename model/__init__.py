"""The network and its trainer: from ink to 28x28 to logits to probabilities to a verdict.

Nothing in here knows of the web. Reading order for a newcomer: `preprocess`, `layers`, `network`, `losses`,
`optimizers`, `train`, `artifact`.
"""
