"""Finding personal data in a text. Every detector takes a text as `plain.read` gives it."""
