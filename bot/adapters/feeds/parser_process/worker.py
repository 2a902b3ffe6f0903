"""The worker process that parses feeds; it may be killed at any moment.

``python -m bot.adapters.feeds.parser_process.worker CPU_SECONDS MEMORY_BYTES`` exchanges length-prefixed parts over
stdin and stdout (``protocol.py``); ``process.py`` is its other end. It opens no file and no connection.
"""

import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import replace
from typing import BinaryIO

from bot.adapters.feeds.documents.body import EmptyResponse, TooMuch
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.parser_process.protocol import (
    LENGTH_BYTES,
    DocumentKind,
    ParseRequest,
    ParseResponse,
    RefusalReason,
    decode_request,
    encode_response,
)
from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.adapters.feeds.parsing.wordpress_rest import parse_comment_list, parse_entry_list
from bot.model.entry import ParsedFeed
from bot.model.errors import PermanentError


def main(cpu_seconds: float, memory_bytes: int) -> None:
    """Answer questions until there are no more."""
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Printed text must not get into the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (request := _next(questions)) is not None and (body := _next(questions)) is not None:
        before = time.process_time()
        # When it is spent, the kernel ends the process.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        reply = _answer(decode_request(request), body)
        for part in encode_response(replace(reply, seconds=time.process_time() - before)):
            answers.write(len(part).to_bytes(LENGTH_BYTES))
            answers.write(part)
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _next(stream: BinaryIO) -> bytes | None:
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def _answer(request: ParseRequest, body: bytes) -> ParseResponse:
    try:
        result = _read_as(request, body)
    except PermanentError as error:
        return ParseResponse(refusal=error.text, refused_as=_kind_of(error))
    except (MemoryError, RecursionError):
        # What is left of the process is not to be trusted; a fresh one is cheap.
        os._exit(1)
    except Exception:
        return ParseResponse(fault=traceback.format_exc())
    return ParseResponse(result=result)


def _kind_of(error: PermanentError) -> RefusalReason:
    if isinstance(error, TooMuch):
        return RefusalReason.TOO_MUCH
    return RefusalReason.EMPTY if isinstance(error, EmptyResponse) else RefusalReason.NOT_A_FEED


def _read_as(request: ParseRequest, body: bytes) -> ParseResult:
    content_type, url, known = request.content_type, request.url, request.known
    match request.kind:
        case DocumentKind.ENTRIES:
            return read_entries(body, content_type=content_type, url=url, known=known)
        case DocumentKind.COMMENTS:
            return read_comments(body, content_type=content_type, url=url, known=known)
        case DocumentKind.REST_COMMENTS:
            return ParseResult(feed=parse_comment_list(body, url=url))
        case DocumentKind.REST_ENTRIES:
            return ParseResult(feed=ParsedFeed(title="", entries=tuple(parse_entry_list(body, url=url))))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
