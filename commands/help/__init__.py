"""Help: by subject, by command, with lines that are true in this room."""
