"""What the subcommands are given: files of ink and drawings, settings, options."""
