"""The quarter: the rhythm of the meetings, and what is prepared for each of them."""
