"""The quarter, as people ask for it: the rhythm, places, co-animation, points of the programme."""
