"""Long work: specs that hold no torch, and bodies that only a worker imports."""
