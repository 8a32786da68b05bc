"""Examples beside rules and in files of their own: read, with every name and type checked."""
