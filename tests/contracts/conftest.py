"""The blogs that the contract suites run against."""

from tests.wordpress.fixtures import any_blog, sandbox_blog, wordpress, wordpress_server

__all__ = ["any_blog", "sandbox_blog", "wordpress", "wordpress_server"]
