"""Craters: from a mask to a catalogue, and what is said about catalogues."""
