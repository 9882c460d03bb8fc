"""Experiences: feedback from practice, told in private, published as a resource."""
