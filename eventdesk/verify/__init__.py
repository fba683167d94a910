"""What must hold of an installation at every moment, and the examination that asks whether it does."""
