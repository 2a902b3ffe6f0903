"""The routes of WordPress's REST API under which a blog lists its posts."""

import re
from collections.abc import Mapping
from typing import Final

POSTS: Final = "wp/v2/posts"
PAGES: Final = "wp/v2/pages"
#: Types of WordPress's own, which take no comments.
_INTERNAL: Final = re.compile(r"wp_|nav_menu_item")
_BASE: Final = re.compile(r"[\w%-]{1,80}")
_NAMESPACE: Final = re.compile(r"[\w-]+/v\d{1,3}")
_MOST_TYPES: Final = 12


def read_routes(types: object) -> tuple[str, ...]:
    """Return the routes of a blog's post types other than posts; pages come first.

    :param types: the JSON that ``wp/v2/types`` answers.
    """
    routes = [PAGES]
    for name, described in types.items() if isinstance(types, Mapping) else ():
        fields = described if isinstance(described, Mapping) else {}
        base, namespace = fields.get("rest_base"), fields.get("rest_namespace")
        if isinstance(base, str) and _BASE.fullmatch(base) and not _INTERNAL.match(name):
            named = isinstance(namespace, str) and _NAMESPACE.fullmatch(namespace)
            routes.append(f"{namespace if named else 'wp/v2'}/{base}")
    return tuple(route for route in dict.fromkeys(routes) if route != POSTS)[:_MOST_TYPES]
