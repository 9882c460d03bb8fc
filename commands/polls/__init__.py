"""What the team asks and members answer: one file for each gesture of theirs."""
