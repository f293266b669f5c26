"""Files to core types and back; no networks, no windows."""
