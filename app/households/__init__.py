"""The household register: households, their members, plates, consent and corrections."""
