"""What runs beside the web: relay, worker and scheduler. Imports app; app never imports it."""
