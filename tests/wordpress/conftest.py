"""The blogs, for the runner's own tests."""

from tests.wordpress.fixtures import wordpress, wordpress_server

__all__ = ["wordpress", "wordpress_server"]
