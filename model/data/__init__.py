"""Where the training data comes from: the MNIST files, checked to the last byte."""
