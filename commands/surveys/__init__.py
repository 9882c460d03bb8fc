"""What the team asks in a survey, and how members answer it in private."""
