"""The revisions, from the first table on."""
