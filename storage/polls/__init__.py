"""What is remembered of polls: the questions, the acts of voting, and the pure rules that count them."""
