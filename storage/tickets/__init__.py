"""Tickets: questions to the contact and to the network, who knows what, who stands in."""
