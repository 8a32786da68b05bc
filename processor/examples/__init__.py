"""Examples of the rules run: what came of each beside what was expected. Reads nothing but files beside them."""
