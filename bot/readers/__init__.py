"""Readers: from the bytes and the markup that strangers send to bounded values. They know no subject.

Nothing here fetches, and nothing here trusts: what cannot be read is None or nothing, and what takes too long
is cut first.
"""
