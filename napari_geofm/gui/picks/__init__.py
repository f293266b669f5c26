"""Interpretations of other programs: seen on sections and on the map, listed, filled into labels, taken home."""
