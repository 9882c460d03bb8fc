"""What happens by itself: the clock, rules of recurrence, jobs that are due, tasks that need the network."""
