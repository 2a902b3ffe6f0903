"""WordPress's roles and what each may do, as far as comments and posts are concerned.

It holds the table only; who is asking is `auth`'s matter, and the rules that use it stand with each door.
"""

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

#: Role -> capabilities. Only those that this blog asks for, and a few that a client may look at.
ROLES: dict[str, frozenset[str]] = {
    "subscriber": _SUBSCRIBER,
    "contributor": _CONTRIBUTOR,
    "author": _AUTHOR,
    "editor": _EDITOR,
    "administrator": _ADMINISTRATOR,
}
