"""One rule as the fields of a form, and the least edits that bring the file up to what was filled in. Pure."""
