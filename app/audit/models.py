"""Tables of the access ledger."""
