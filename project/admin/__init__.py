"""The rest of the admin: its people, the schedules of the tasks, and their results. Importing them is what registers
them."""

from django.contrib import admin

from project.admin import people, schedules
from project.console.page import TEMPLATE

admin.site.index_template = TEMPLATE

__all__ = ["people", "schedules"]
