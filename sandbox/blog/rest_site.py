"""The rest of the REST interface: the index, posts for reading, and the calling account."""

import re

from sandbox.blog import text
from sandbox.blog.errors import RestError, forbidden
from sandbox.blog.links import Links
from sandbox.blog.rest import Answer, Call, Json, integers, page_of, totals
from sandbox.blog.rest import text as string
from sandbox.blog.rights import may_edit_post, may_read_post
from sandbox.blog.state import Account, PostRow, State

_POSTS = re.compile(r"/wp/v2/(post|page|note)s(?:/(\d+))?/?$")
_TYPES = re.compile(r"/wp/v2/types/?$")
_USERS = re.compile(r"/wp/v2/users/(me|\d+)/?$")


class SiteResource:
    """Index, posts and users of one blog over REST, for reading only."""

    def __init__(self, state: State, links: Links) -> None:
        self._state = state
        self._links = links

    def answer(self, call: Call) -> Answer | None:
        """Answer calls to the index, to posts and to users."""
        if call.method != "GET":
            return None
        if call.route in {"", "/"}:
            return Answer(self._index())
        if found := _POSTS.match(call.route):
            return self._one_post(call, found[1], int(found[2])) if found[2] else self._list_posts(call, found[1])
        if _TYPES.match(call.route):
            return Answer({kind: _type(kind) for kind in ("post", "page", "note")})
        if found := _USERS.match(call.route):
            return Answer(self._user(call, found[1]))
        return None

    def _index(self) -> Json:
        authorization = f"{self._state.home}/wp-admin/authorize-application.php"
        return {
            "name": self._state.title,
            "description": self._state.description,
            "url": self._state.home,
            "home": self._state.home,
            "gmt_offset": "0",
            "timezone_string": "",
            "namespaces": ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"],
            "authentication": {"application-passwords": {"endpoints": {"authorization": authorization}}},
            "routes": {
                f"/wp/v2/{name}": {"namespace": "wp/v2"} for name in ("posts", "pages", "types", "comments", "users/me")
            },
        }

    def _list_posts(self, call: Call, kind: str) -> Answer:
        page, size = page_of(call.params)
        included = integers(call.params, "include")
        slugs = [slug for slug in (string(call.params, "slug") or "").split(",") if slug]
        phrase = (string(call.params, "search") or "").lower()
        found = [
            post
            for post in self._state.published(kind)
            if (not included or post.id in included)
            and (not slugs or post.slug in slugs)
            and (not phrase or phrase in post.title.lower() or phrase in post.html.lower())
        ]
        if page > 1 and (page - 1) * size >= len(found):
            message = "The page number requested is larger than the number of pages available."
            raise RestError(400, "rest_post_invalid_page_number", message)
        shown = found[(page - 1) * size : page * size]
        return Answer([self._post(post) for post in shown], headers=totals(len(found), size))

    def _one_post(self, call: Call, kind: str, number: int) -> Answer:
        post = self._state.posts.get(number)
        if post is None or post.kind != kind:
            raise RestError(404, "rest_post_invalid_id", "Invalid post ID.")
        if not may_read_post(call.who, post):
            raise forbidden(call.who, "rest_forbidden")
        if call.params.get("context") == "edit" and not (call.who and may_edit_post(call.who, post)):
            raise forbidden(call.who, "rest_forbidden_context")
        return Answer(self._post(post))

    def _post(self, post: PostRow) -> Json:
        shape = "%Y-%m-%dT%H:%M:%S"
        replies = f"{self._links.rest('/wp/v2/comments')}{'?' if self._links.pretty else '&'}post={post.id}"
        return {
            "id": post.id,
            "date": post.date.strftime(shape),
            "date_gmt": post.date.strftime(shape),
            "guid": {"rendered": self._links.guid(post)},
            "modified": post.modified.strftime(shape),
            "modified_gmt": post.modified.strftime(shape),
            "slug": post.slug,
            "status": post.status,
            "type": post.kind,
            "link": self._links.post(post),
            "title": {"rendered": text.texturize(post.title)},
            "content": {"rendered": text.post_content(post.html), "protected": False},
            "excerpt": {"rendered": f"<p>{text.excerpt(post.html)}</p>\n", "protected": False},
            "author": post.author_id,
            "comment_status": "open" if post.comments_open else "closed",
            "ping_status": "closed",
            "meta": [],
            "_links": {"replies": [{"embeddable": True, "href": replies}]},
        }

    def _user(self, call: Call, which: str) -> Json:
        who = call.who
        if which == "me" and who is None:
            raise RestError(401, "rest_not_logged_in", "You are not currently logged in.")
        account = who if which == "me" else self._state.account(int(which))
        if account is None:
            raise RestError(404, "rest_user_invalid_id", "Invalid user ID.")
        fields = self._public(account)
        if call.params.get("context") != "edit":
            return fields
        if who is None or (who is not account and not who.can("edit_users")):
            raise forbidden(who, "rest_forbidden_context", "Sorry, you are not allowed to edit this user.")
        return fields | {
            "username": account.login,
            "email": account.email,
            "roles": [account.role],
            "capabilities": dict.fromkeys(sorted({*account.capabilities, account.role}), True),
            "extra_capabilities": dict.fromkeys(sorted({account.role, *account.extra}), True),
        }

    def _public(self, account: Account) -> Json:
        return {
            "id": account.id,
            "name": account.name,
            "url": "",
            "description": "",
            "link": f"{self._state.home}/author/{account.login}/",
            "slug": account.login,
            "avatar_urls": {},
            "meta": [],
        }


def _type(kind: str) -> Json:
    return {"name": f"{kind.title()}s", "slug": kind, "rest_base": f"{kind}s", "rest_namespace": "wp/v2"}
