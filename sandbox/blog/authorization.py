"""`authorize-application.php`: the page on which an administrator gives an application its own password.

There is no login: every visitor of the page counts as the account `admin`.
"""

import re
import secrets
import string
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.blog.state import Account, State


def issue_password(account: Account) -> str:
    """Add an application password to the account; return it in groups of four, as it is shown."""
    letters = string.ascii_letters + string.digits
    bare = "".join(secrets.choice(letters) for _ in range(24))
    account.passwords.append(bare)
    return " ".join(re.findall("....", bare))


def approval_page(query: Mapping[str, str]) -> str:
    """Return the page with its two buttons; the request's parameters stay in the address."""
    name = escape(query.get("app_name", "An application"))
    return (
        '<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="UTF-8"><title>Authorize Application</title></head>'
        f"<body><h1>Authorize Application</h1><p>{name} would like to connect to your site.</p>"
        '<form method="post"><button name="decision" value="approve">Yes, I approve of this connection</button> '
        '<button name="decision" value="reject">No, I do not approve of this connection</button></form>'
        "</body></html>\n"
    )


def decide(state: State, query: Mapping[str, str], decision: str) -> str:
    """Return the address to redirect to; without a `success_url`, an empty string."""
    success = query.get("success_url", "")
    if decision != "approve":
        return query.get("reject_url") or (_with(success, {"success": "false"}) if success else "")
    password = issue_password(state.accounts["admin"])
    answer = {"site_url": state.home, "user_login": "admin", "password": re.sub(r"\s", "", password)}
    return _with(success, answer) if success else ""


def _with(address: str, extra: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *extra.items()])
    return urlunsplit(parts._replace(query=query))
