"""An account's own application passwords over REST: reading the one of the call, and its revocation."""

import re
from uuid import NAMESPACE_URL, uuid5

from sandbox.blog.errors import RestError
from sandbox.blog.rest import Answer, Call

_ROUTE = re.compile(r"/wp/v2/users/me/application-passwords/(introspect|[\w-]+)/?$")


class PasswordsResource:
    """Shows and revokes application passwords of the calling account."""

    def answer(self, call: Call) -> Answer | None:
        """Answer calls to one password."""
        found = _ROUTE.match(call.route)
        if found is None:
            return None
        if call.who is None:
            raise RestError(401, "rest_not_logged_in", "You are not currently logged in.")
        if call.method == "GET" and found[1] == "introspect":
            return Answer({"uuid": _number(call.password), "app_id": "", "name": "Application"})
        if call.method == "DELETE":
            for password in call.who.passwords:
                if _number(password) == found[1]:
                    call.who.passwords.remove(password)
                    return Answer({"deleted": True, "previous": {"uuid": found[1]}})
        raise RestError(404, "rest_application_password_not_found", "Application password not found.")


def _number(password: str) -> str:
    return str(uuid5(NAMESPACE_URL, password))
