"""What is special to one database of the desk: a module each."""
