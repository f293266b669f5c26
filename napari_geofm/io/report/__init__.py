"""A report of an interpretation: sections, class volumes, scores of models, and where it came from."""
