"""What the editor of models is made of, one idea a file."""
