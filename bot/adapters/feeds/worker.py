"""The process in which feeds are parsed: reads a question and a body, answers, and may be killed at any moment.

``python -m bot.adapters.feeds.worker CPU_SECONDS MEMORY_BYTES`` speaks length-prefixed parts over stdin and stdout
(``wire.py``); ``pool.py`` is its other end. It opens no file and no connection.
"""

import os
import resource
import sys
import traceback
from typing import BinaryIO

from bot.adapters.feeds.body import EmptyAnswer
from bot.adapters.feeds.memory import Reading
from bot.adapters.feeds.reading import read_comments, read_entries
from bot.adapters.feeds.wire import LENGTH_BYTES, Question, Reader, Reply, pack_reply, unpack_question
from bot.adapters.feeds.wordpress_rest import parse_comment_list, parse_entry_list
from bot.model.entry import ParsedFeed
from bot.model.errors import PermanentError


def main(cpu_seconds: int, memory_bytes: int) -> None:
    """Answer questions until there are no more."""
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing that prints may speak into the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (question := _next(questions)) is not None and (body := _next(questions)) is not None:
        _grant_cpu(cpu_seconds)
        for part in pack_reply(_answer(unpack_question(question), body)):
            answers.write(len(part).to_bytes(LENGTH_BYTES))
            answers.write(part)
        answers.flush()


def _next(stream: BinaryIO) -> bytes | None:
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def _grant_cpu(seconds: int) -> None:
    """Move the limit: the kernel counts the whole life of a process, we count each question."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1 + seconds, most))


def _answer(question: Question, body: bytes) -> Reply:
    try:
        reading = _read_as(question, body)
    except PermanentError as error:
        return Reply(refusal=error.text, empty=isinstance(error, EmptyAnswer))
    except (MemoryError, RecursionError):
        # What is left of the process is not to be trusted; a fresh one is cheap.
        os._exit(1)
    except Exception:
        return Reply(fault=traceback.format_exc())
    return Reply(reading=reading)


def _read_as(question: Question, body: bytes) -> Reading:
    content_type, url, known = question.content_type, question.url, question.known
    match question.reader:
        case Reader.ENTRIES:
            return read_entries(body, content_type=content_type, url=url, known=known)
        case Reader.COMMENTS:
            return read_comments(body, content_type=content_type, url=url, entry=question.entry, known=known)
        case Reader.REST_COMMENTS:
            return Reading(feed=parse_comment_list(body, url=url))
        case Reader.REST_ENTRIES:
            return Reading(feed=ParsedFeed(title="", entries=tuple(parse_entry_list(body, url=url))))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
