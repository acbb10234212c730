"""The service at full load for ten minutes, with everything thrown at it that may go wrong: `make soak`."""
