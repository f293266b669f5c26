"""From a file to a survey in the viewer: opening, the surveys opened last, what is asked on the way."""
