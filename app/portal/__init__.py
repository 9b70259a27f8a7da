"""Villagers' pages: each composes several domains and keeps no rule of its own."""
