"""The subcommands of `digits`, a file each."""
