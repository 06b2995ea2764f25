"""What there is to read: files, folders, archives, standard input, and their encodings."""
