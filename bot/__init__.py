"""The machine: it hears, answers once, keeps time; it knows no subject (no poll, no meeting)."""
