"""Disclosure as JSON."""
