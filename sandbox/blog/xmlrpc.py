"""XML-RPC for the check of a password, which it reads from the body, as WordPress does."""

import re
import xmlrpc.client
from xml.parsers.expat import ExpatError

from sandbox.blog.state import State


def answer_xmlrpc(state: State, body: bytes) -> str:
    """Answer one call; an error is a fault, with status 200."""
    try:
        sent, method = xmlrpc.client.loads(body)
    except (ExpatError, ValueError, xmlrpc.client.Error):
        return _fault(-32700, "parse error. not well formed")
    if method != "wp.getUsersBlogs":
        return _fault(-32601, f"server error. requested method {method} does not exist.")
    login, password = (str(each) for each in (*sent, "", "")[:2])
    account = state.accounts.get(login)
    if account is None or re.sub(r"[^a-zA-Z0-9]", "", password) not in account.passwords:
        return _fault(403, "Incorrect username or password.")
    blogs = [{"isAdmin": False, "url": f"{state.home}/", "blogid": "1", "blogName": state.title}]
    return xmlrpc.client.dumps((blogs,), methodresponse=True)


def _fault(code: int, text: str) -> str:
    return xmlrpc.client.dumps(xmlrpc.client.Fault(code, text), methodresponse=True)
