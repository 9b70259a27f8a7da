"""Villagers' accounts: how they sign in and what they are known by."""
