"""Short messages by a provider's own interface."""
