"""The demo county: real places, invented content, marked as a demonstration everywhere."""
