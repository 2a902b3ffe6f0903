"""``python -m bot``: parses the command line, and leaves the rest to ``app``."""

import argparse
import os
import sys


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Bridges a blog's discussion and Discord.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="bring the database up to date and run the bot")
    commands.add_parser("setup", help="ask for the bot's token, try it and keep it in .env")
    commands.add_parser("check", help="say what is wrong with the settings and what they lead to, and how to mend it")
    commands.add_parser("migrate", help="bring the database up to date")
    preview = commands.add_parser("preview", help="show what a blog would bring; needs no Discord")
    preview.add_argument("url", help="the address of a blog, a post or a feed")
    preview.add_argument("--json", action="store_true", help="write JSON")
    preview.add_argument("--trace", action="store_true", help="write each request and decision to standard error")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    # What is written is for our user alone.
    os.umask(0o077)
    # The command line answers --help at once; discord.py alone takes a second to import.
    from bot import app

    match options.command:
        case "run":
            return app.run()
        case "setup":
            return app.setup()
        case "check":
            return app.check()
        case "migrate":
            return app.migrate()
        case _:
            return app.preview(options.url, as_json=options.json, trace=options.trace)


if __name__ == "__main__":
    sys.exit(main())
