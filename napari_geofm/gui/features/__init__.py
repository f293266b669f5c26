"""The step Features: what the network sees, what looks alike, before and after."""
