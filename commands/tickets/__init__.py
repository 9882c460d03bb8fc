"""Tickets: asking the contact and the network, answering, the contact’s queue."""
