"""The survey in three dimensions, decimated."""
