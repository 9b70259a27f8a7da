"""Tables of home visits."""
