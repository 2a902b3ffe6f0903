"""``python -m sandbox``: a Discord and a blog on this machine; with ``demo``, the bot between them."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine

from sandbox.demo import demonstrate, serve


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    parser.add_argument("--discord-port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--blog-port", type=int, default=0, help="0 takes any free port")
    demo = commands.add_parser("demo", help="play the bot's main job and stay up")
    demo.add_argument("--once", action="store_true", help="end by itself; status 0 if every step was seen")
    demo.add_argument("--page-port", type=int, default=0, help="where its page is; 0 takes any free port")
    options = parser.parse_args(arguments)
    if options.command == "demo":
        return asyncio.run(_until_told(demonstrate(once=options.once, port=options.page_port)))
    return asyncio.run(_until_told(serve(options.discord_port, options.blog_port)))


async def _until_told(work: Coroutine[None, None, int]) -> int:
    """Run until the end, Ctrl-C or a SIGTERM; then stop the bot and remove the folder.

    Handlers of our own, since a shell that puts a program into its background makes it ignore Ctrl-C.
    """
    task = asyncio.ensure_future(work)
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
