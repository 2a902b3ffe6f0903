"""The web side over a database of its own."""

from tests.web.site import site

__all__ = ["site"]
