"""The craters of a session: found, imported, drawn, corrected, kept."""
