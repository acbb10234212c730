"""Which weights serve, and what is known of them."""
