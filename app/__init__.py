"""The service: it loads the weights once and answers drawings with probabilities and a verdict."""
