"""What is said of meetings, by themselves or on request: the card, the calendar file, changes, reminders."""
