"""Rules and writes of the register, its imports, its openings and its bindings."""
