"""The library: what members recommend, kept alive, told and carried."""
