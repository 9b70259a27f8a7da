"""What must not be published: personal data, sensitive and wrong words, found before it is."""
