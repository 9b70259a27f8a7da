"""Home visits, needs and follow-ups, and packs for where there is no signal."""
