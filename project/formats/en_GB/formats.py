"""Instants in the admin: to the second, sortable, and with their zone, so that they can be compared with the log."""

DATETIME_FORMAT = "Y-m-d H:i:s e"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
