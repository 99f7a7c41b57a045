"""Dateline in Slack: one set of handlers behind HTTP events and Socket Mode. Imports nothing until a door is opened."""
