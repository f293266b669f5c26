"""The step Predict: a section, the survey, and taking results home."""
