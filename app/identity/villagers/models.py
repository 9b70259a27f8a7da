"""Tables of villagers' accounts."""
