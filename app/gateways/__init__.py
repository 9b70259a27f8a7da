"""The only place that speaks to the world outside over HTTP; each gateway has an in-memory twin."""
