"""``python -m sandbox``: a Discord and a blog on this machine; with ``demo``, the bot between them."""

import argparse
import asyncio
import sys

from sandbox.demo import demonstrate, serve


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    parser.add_argument("--discord-port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--blog-port", type=int, default=0, help="0 takes any free port")
    demo = commands.add_parser("demo", help="play the bot's main job and stay up")
    demo.add_argument("--once", action="store_true", help="end by itself; status 0 if every step was seen")
    demo.add_argument("--page-port", type=int, default=0, help="where its page is; 0 takes any free port")
    options = parser.parse_args(arguments)
    try:
        if options.command == "demo":
            return asyncio.run(demonstrate(once=options.once, port=options.page_port))
        return asyncio.run(serve(options.discord_port, options.blog_port))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
