"""Tables of the household register."""
