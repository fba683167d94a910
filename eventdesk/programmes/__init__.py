"""The standing strategies, each under one label: who sends, the seller's address, the charter."""
