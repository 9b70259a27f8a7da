"""Offices and units: whom to ask, where, and when they are open."""
