"""Answers to messages: asked for, written with header and envelope, checked, put in place."""
