"""Craters in the viewer: circles over the image, their table, their sizes, catalogues of other programs."""
