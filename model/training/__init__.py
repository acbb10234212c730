"""A run: what it is told, what it is fed, how it goes on, and what is kept."""
