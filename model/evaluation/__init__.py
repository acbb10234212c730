"""How good weights are: on images, on drawings, and on ink that strays."""
