"""The network: layers and activations, what they compute forward, and what of that leads back."""
