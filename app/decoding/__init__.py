"""From a body to ink."""
