"""What runs beside the web: relay, worker, scheduler, sealer. Imports app, never the reverse."""
