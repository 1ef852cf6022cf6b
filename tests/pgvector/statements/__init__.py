"""Generated statements, valid and invalid, one module a subject: cases(random, types) of each generates Case."""
