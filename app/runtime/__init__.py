"""The process and its life: memory, background work, starting, metrics."""
