"""The variational autoencoders behind `models/neural.py`: data, network, losses, training."""
