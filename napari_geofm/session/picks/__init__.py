"""Horizons, faults and polygons of a session, and what they make of its labels."""
