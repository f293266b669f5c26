"""The step Labels: classes, tools, accepting a prediction, what is labelled."""
