"""What is true of the code itself: its rooms and arrows, sizes, keys, documents and habits."""
