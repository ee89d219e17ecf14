"""The product's settings, its database, models and server, with the baselines' addresses in place of its own."""

from project import settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

ROOT_URLCONF = "benchmarks.baselines.urls"
MIDDLEWARE: list[str] = []  # as the product's own API, which takes the straight way past them
