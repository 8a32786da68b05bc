"""What is run outside pytest: the wheel as its users install it."""
