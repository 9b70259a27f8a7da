"""Tables of the rosters that are brought in."""
