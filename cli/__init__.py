"""The `digits` command: the one place where the trainer and the service meet."""
