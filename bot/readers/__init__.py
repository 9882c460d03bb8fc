"""Readers of foreign formats: HTML, PDF, spreadsheets. They know no subject."""
