"""Numbers of DAS recordings: what is done to them, how they look in frequency, events and onsets."""
