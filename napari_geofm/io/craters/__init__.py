"""Files of crater catalogues, and plots of how many craters there are of each size."""
