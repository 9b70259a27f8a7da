"""Rules and writes of visits, needs and packs."""
