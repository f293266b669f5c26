"""What was done, and earlier states."""
