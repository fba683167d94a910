"""Calendar feeds and files: what calendar programs follow and download."""
