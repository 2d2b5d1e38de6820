"""What looks like a live imin key is planted wherever something can come in, and looked for in all that goes out."""
