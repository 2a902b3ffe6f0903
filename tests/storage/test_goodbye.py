"""A PostgreSQL that ends a connection: what asyncpg says of a query between the server's last word and the end."""

import asyncio
import struct

import asyncpg  # type: ignore[import-untyped]
import pytest

from bot.storage.postgres import is_away


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


GREETING = message(b"R", struct.pack("!I", 0)) + message(b"S", b"server_version\x0015.0\0") + message(b"Z", b"I")
GOODBYE = message(b"E", b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0")


async def test_a_connection_that_is_about_to_end_is_no_bug() -> None:
    """The server has said why it ends a connection and has not closed it yet."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!I", await reader.readexactly(4))
        await reader.readexactly(length - 4)
        writer.write(GREETING)
        await asked.wait()
        writer.write(GOODBYE)
        await writer.drain()
        said.set()
        await over.wait()
        writer.close()

    asked, said, over = asyncio.Event(), asyncio.Event(), asyncio.Event()
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    connection = await asyncpg.connect(host=host, port=port, user="bot", database="x", ssl="disable", timeout=20)
    asked.set()
    await said.wait()
    errors: list[BaseException] = []
    async with asyncio.timeout(20):
        while not errors:
            try:
                await asyncio.wait_for(connection.execute("SELECT 1"), 0.05)
            except TimeoutError:
                continue
            except Exception as error:
                errors.append(error)
    over.set()
    connection.terminate()
    server.close()
    assert is_away(errors[0]), repr(errors[0])


@pytest.mark.parametrize("error", [asyncpg.InternalClientError("got an unexpected message"), ValueError("x")])
def test_a_bug_is_no_outage(error: Exception) -> None:
    assert not is_away(error)
