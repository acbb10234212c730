"""What a terminal shows while the subcommands work, and afterwards."""
