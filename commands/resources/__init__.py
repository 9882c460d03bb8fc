"""The library in the rooms: recommended, found, corrected, taken out and in."""
