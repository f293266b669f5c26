"""The step Learn: probe, fine-tune, curves, models and their scores."""
