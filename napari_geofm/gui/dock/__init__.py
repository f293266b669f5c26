"""The dock around the steps: tabs, keys, device, what is under way."""
