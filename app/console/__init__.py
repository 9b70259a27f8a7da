"""Pages for staff: each composes several domains and keeps no rule of its own."""
