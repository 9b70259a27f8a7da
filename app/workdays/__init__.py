"""Chinese working days and terms that are counted in them."""
