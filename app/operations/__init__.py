"""Upkeep of the platform: jobs that failed, runs of the scheduler. Stands right above kernel."""
