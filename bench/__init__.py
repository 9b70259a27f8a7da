"""What the platform does a second, measured on this machine."""
