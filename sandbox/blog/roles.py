"""WordPress's roles and their capabilities for comments and posts."""

_SUBSCRIBER = frozenset({"read"})
_CONTRIBUTOR = _SUBSCRIBER | {"edit_posts", "delete_posts"}
_AUTHOR = _CONTRIBUTOR | {"publish_posts", "edit_published_posts", "delete_published_posts", "upload_files"}
_EDITOR = _AUTHOR | {
    "edit_others_posts",
    "edit_private_posts",
    "read_private_posts",
    "edit_pages",
    "moderate_comments",
    "manage_categories",
    "unfiltered_html",
}
_ADMINISTRATOR = _EDITOR | {"manage_options", "edit_users", "list_users", "create_users"}

#: Role -> capabilities: those that this blog checks, and a few that clients may read.
ROLES: dict[str, frozenset[str]] = {
    "subscriber": _SUBSCRIBER,
    "contributor": _CONTRIBUTOR,
    "author": _AUTHOR,
    "editor": _EDITOR,
    "administrator": _ADMINISTRATOR,
}
