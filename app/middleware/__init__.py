"""What every request passes through before it is looked at."""
