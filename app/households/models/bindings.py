"""Tables of who is bound to a household, what they consented to, and what they want corrected."""
