"""Checks application passwords and their accounts, and links to the page on which an admin creates one.

WordPress treats a request with a wrong or revoked application password as anonymous, and accepts the comment if guests
may comment. So the account is checked before every comment, at the price of a short request.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.adapters.comment_systems.wordpress.responses import DISCONNECTED, NO_ROUTE, SHUT, check_reachable, code_of
from bot.adapters.comment_systems.wordpress.site import Http, JsonObject, WordPressSite, as_object, as_text, read_object
from bot.adapters.net.client import Response
from bot.model.connection import Account
from bot.model.errors import ConnectionRefused, Refused

_ME = "wp/v2/users/me"
_PASSWORDS = f"{_ME}/application-passwords"
_COMMENTS = "wp/v2/comments"
_WRONG_CODES = frozenset({"incorrect_password", "invalid_username", "invalid_email"})
#: It becomes part of an address, so it must be exact.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)

_NO_REST = "There is no WordPress REST API at this address. It may be switched off, or a firewall may block it."
_WRONG = (
    "The blog does not accept this user name and application password. Create one on the blog under Users, Profile, "
    "Application Passwords; the password for logging in does not work here."
)
_STRIPPED = (
    "This user name and application password are right, but the blog's web server removes them: it deletes "
    "the header Authorization from requests, as Apache does where PHP runs as CGI. Ask the blog's owner to add this "
    'line to the file .htaccess: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1'
)
_WRONG_OR_STRIPPED = (
    f"{_WRONG} If it is right, the blog's web server may delete the header Authorization from requests; WordPress's "
    "page Tools, Site Health shows its owner whether it does, and how to fix it."
)
_UNENCRYPTED = (
    "The blog is not reached over https, so WordPress offers no application passwords. Connect its https address."
)
_SWITCHED_OFF = "Application passwords are switched off on this blog, often by a security plugin. Ask its owner."
_NO_USERS = (
    "The blog hides its users' REST API, often by a security plugin, so the bot cannot tell whether it is logged in. "
    "Ask its owner to allow wp/v2/users/me."
)
_NO_ROLE = "This account has no role on this blog. Give it the role Subscriber."


async def confirm_account(site: WordPressSite) -> None:
    """Check that the blog accepts the credential.

    :raises ConnectionRefused: it does not; admins are notified.
    :raises TemporaryError: no clear answer came.
    """
    answer = await site.ask("GET", _ME)
    if answer.status == 200 and isinstance((read_object(answer) or {}).get("id"), int):
        return
    if answer.status == 401 and code_of(answer):
        raise ConnectionRefused(DISCONNECTED)
    await _refuse_shut(site, answer)
    raise ConnectionRefused(_NO_USERS)


async def fetch_account(site: WordPressSite) -> Account:
    """Fetch the account of the credential, and check that it may comment.

    :raises Refused: it may not, or the credential is wrong; the text says what to do.
    """
    index = await _fetch_index(site)
    answer = await site.ask("GET", _ME, context="edit")
    fields = read_object(answer)
    if answer.status == 200 and fields is not None:
        account = _read_account(fields)
        await _check_routes(site, index)
        return account
    if answer.status != 401 or not code_of(answer):
        await _refuse_shut(site, answer)
        raise Refused(_NO_USERS)
    raise Refused(await _explain_stranger(site, index, code_of(answer)))


async def revoke_password(site: WordPressSite) -> bool:
    """Revoke the application password that this site is used with; WordPress lets every account do that.

    :return: False if the blog did not revoke it.
    :raises TemporaryError: no clear answer came.
    """
    answer = await site.ask("GET", f"{_PASSWORDS}/introspect")
    number = as_text((read_object(answer) or {}).get("uuid"))
    if answer.status != 200 or not _UUID.fullmatch(number):
        return False
    answer = await site.ask("DELETE", f"{_PASSWORDS}/{number}")
    return answer.status == 200 and (read_object(answer) or {}).get("deleted") is True


async def authorize_url(
    client: Http, api_root: str, *, app_name: str, app_id: str, success_url: str, reject_url: str
) -> str | None:
    """Return a link to the blog's own page "Authorize Application".

    :param app_id: a UUID that stays the same, so that the blog lists the bot once.
    :param success_url: where the blog sends the browser with ``user_login`` and ``password``.
    :return: None if the blog has no such page: too old, switched off, or not https.
    """
    answer = await WordPressSite(client, api_root).ask("GET")
    authentication = as_object((read_object(answer) or {}).get("authentication"))
    endpoints = as_object(as_object(authentication.get("application-passwords")).get("endpoints"))
    page = urlsplit(as_text(endpoints.get("authorization")))
    if page.scheme not in ("http", "https"):
        return None
    asked = {"app_name": app_name, "app_id": app_id, "success_url": success_url, "reject_url": reject_url}
    return urlunsplit(page._replace(query=urlencode([*parse_qsl(page.query), *asked.items()])))


async def _explain_stranger(site: WordPressSite, index: JsonObject, code: str) -> str:
    """Explain why WordPress treats requests with this credential as anonymous."""
    is_open = "code" not in index
    if is_open and code == "rest_cannot_access":
        return _NO_USERS
    if is_open and "application-passwords" not in as_object(index.get("authentication")):
        return _SWITCHED_OFF if site.is_encrypted else _UNENCRYPTED
    if code in _WRONG_CODES:
        return _WRONG
    match await site.knows_credential():
        case True:
            return _STRIPPED
        case False:
            return _WRONG
    return _WRONG_OR_STRIPPED


async def _refuse_shut(site: WordPressSite, answer: Response) -> None:
    """Check whether the whole REST API is closed, not only its users.

    :raises ConnectionRefused: it is closed, or refuses this credential.
    """
    if answer.status == 403 and code_of(answer):
        index = await site.ask("GET")
        if index.status == 403 and code_of(index):
            raise ConnectionRefused(SHUT)
    if code_of(answer) != "rest_no_route":
        check_reachable(answer)


async def _check_routes(site: WordPressSite, index: JsonObject) -> None:
    """Check, without writing a comment, that the REST API has routes for comments.

    :raises Refused: it has none.
    """
    routes = as_object(index.get("routes"))
    answer = await site.ask("OPTIONS", _COMMENTS)
    options = read_object(answer)
    # WordPress lists its routes and describes an unknown one with an empty list; other answers to OPTIONS tell nothing.
    unknown = answer.status == 200 and options is None and answer.body.strip() in (b"[]", b"{}")
    methods = (options or {}).get("methods")
    unwritable = answer.status == 200 and isinstance(methods, list) and "POST" not in methods
    if (routes and (f"/{_COMMENTS}" not in routes or unknown)) or unwritable or code_of(answer) == "rest_no_route":
        raise Refused(NO_ROUTE)


async def _fetch_index(site: WordPressSite) -> JsonObject:
    answer = await site.ask("GET")
    index = read_object(answer)
    if index is None:
        if answer.status != 200:
            check_reachable(answer)
        raise Refused(_NO_REST)
    if answer.status == 403 and code_of(answer):
        raise Refused(SHUT)
    return index


def _read_account(fields: JsonObject) -> Account:
    capabilities = as_object(fields.get("capabilities"))
    if capabilities.get("read") is not True:
        raise Refused(_NO_ROLE)
    roles = fields.get("roles")
    return Account(
        name=as_text(fields.get("name")),
        roles=tuple(as_text(role) for role in roles) if isinstance(roles, list) else (),
        may_publish_raw_html=capabilities.get("unfiltered_html") is True,
        may_moderate=capabilities.get("moderate_comments") is True,
    )
