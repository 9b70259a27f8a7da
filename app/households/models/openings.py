"""Tables of the records that are held open."""
