"""Numbers of fibre recordings (DAS): what is done to their samples, and what is found in them."""
