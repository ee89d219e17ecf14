"""A package, so that its fixtures end with it: without this file pytest keeps them to the end of the session, and
Django's ORM refuses to work in a process that drives a browser."""
