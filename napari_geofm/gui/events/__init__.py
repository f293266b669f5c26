"""The events of a fibre recording: finding them, their list, and their onsets over the waterfall."""
