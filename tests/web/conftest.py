"""The web side over a database of its own."""

from tests.web.site import site, site_on_each

__all__ = ["site", "site_on_each"]
