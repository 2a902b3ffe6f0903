"""Refusals of the blog's REST interface: a status, a code and a sentence."""

from sandbox.blog.state import Account


class RestError(Exception):
    """Answered as `{"code": …, "message": …, "data": {"status": …}}`."""

    def __init__(self, status: int, code: str, message: str = "Sorry, you are not allowed to do that.") -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, object]:
        """Return the JSON object of the answer."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status}}


def forbidden(who: Account | None, code: str, message: str = "Sorry, you are not allowed to do that.") -> RestError:
    """A refusal for missing rights: 401 without an account, 403 with one."""
    return RestError(403 if who else 401, code, message)
