"""Events and onsets of fibre recordings in files: tables, QuakeML, and picks that come from elsewhere."""
