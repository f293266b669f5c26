"""What is done to a DAS recording before it is looked at and learned from; numbers only."""
