"""A question before a SEG-Y file is opened: which of its header bytes hold what."""
