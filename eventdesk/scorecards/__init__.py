"""One scorecard a label, each from its own list: what a community does with what it is told, and what a pipeline comes to."""
