"""The line in a person's words, for the command line and the console alike."""
