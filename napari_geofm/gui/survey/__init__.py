"""The step Survey: where one is, the small map, how amplitudes look."""
