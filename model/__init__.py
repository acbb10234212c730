"""The network and its trainer: from ink to 28x28 to logits to probabilities to a verdict.

Nothing here serves the web. Reading order for a newcomer: `preprocess`, `nn.network`, `nn.softmax`, `optim.losses`,
`optim.backpropagation`, `optim.optimizers`, `training.loop`, `artifact`. "Lecture topic N" is one of a university
lecture on neural networks: 2 parameters, 3 preprocessing, 4-6 losses, 7-10 gradient descent and optimizers, 11 MNIST,
12 softmax.
"""
