"""Flask side of the ground floor: knows the kernel, knows no domain."""
