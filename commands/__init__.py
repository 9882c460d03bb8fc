"""What people ask for: one file per subject, each declaring its commands when it is imported."""
