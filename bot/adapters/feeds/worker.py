"""The process in which feeds are parsed: reads a question and a body, answers, and may be killed at any moment.

``python -m bot.adapters.feeds.worker CPU_SECONDS MEMORY_BYTES`` speaks length-prefixed parts over stdin and stdout
(``wire.py``); ``pool.py`` is its other end. It opens no file and no connection.
"""

import os
import resource
import sys
import traceback
from typing import BinaryIO

from bot.adapters.feeds.parse import parse_comments, parse_entries
from bot.adapters.feeds.wire import LENGTH_BYTES, Question, Reply, pack_reply, unpack_question
from bot.model.errors import PermanentError


def main(cpu_seconds: int, memory_bytes: int) -> None:
    """Answer questions until there are no more."""
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing that prints may speak into the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (question := _read(questions)) is not None and (body := _read(questions)) is not None:
        _grant_cpu(cpu_seconds)
        reply = pack_reply(_answer(unpack_question(question), body))
        answers.write(len(reply).to_bytes(LENGTH_BYTES) + reply)
        answers.flush()


def _read(stream: BinaryIO) -> bytes | None:
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def _grant_cpu(seconds: int) -> None:
    """Move the limit: the kernel counts the whole life of a process, we count each question."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1 + seconds, most))


def _answer(question: Question, body: bytes) -> Reply:
    try:
        if question.comments:
            feed = parse_comments(body, content_type=question.content_type, url=question.url, entry=question.entry)
        else:
            feed = parse_entries(body, content_type=question.content_type, url=question.url)
    except PermanentError as error:
        return Reply(refusal=error.text)
    except (MemoryError, RecursionError):
        # What is left of the process is not to be trusted; a fresh one is cheap.
        os._exit(1)
    except Exception:
        return Reply(fault=traceback.format_exc())
    return Reply(feed=feed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
