"""Cases 29 and 31: names in other scripts, certificates that nobody should believe; and pauses of hosts."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.adapters.net.client import HttpClient
from bot.adapters.net.retry_after import HostPauses
from bot.adapters.net.ssrf_guard import host_of
from bot.model.errors import TemporaryError
from tests.adapters.net.test_client import LOOPBACK, FakeResolver
from tests.webserver import WebServer, serving


def _certificate(folder: Path, *, name: str, days: int) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that signs itself; returns its file and what a server needs of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.2"))]
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=30))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return file, context


async def _hello(request: web.BaseRequest) -> web.Response:
    return web.Response(text="hello")


@pytest.mark.parametrize(
    ("trusted", "name", "days", "said"),
    [
        (False, "blog.test", 30, "blog.test uses a self-signed certificate"),
        (True, "blog.test", -1, "The certificate of blog.test has expired"),
        (True, "other.test", 30, "The certificate of blog.test is for another name"),
    ],
)
async def test_case_31_a_certificate_not_to_be_believed(
    tmp_path: Path, trusted: bool, name: str, days: int, said: str
) -> None:
    file, context = _certificate(tmp_path, name=name, days=days)
    runner = web.ServerRunner(web.Server(_hello), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    tls = ssl.create_default_context(cafile=str(file) if trusted else None)
    client = HttpClient(
        allow=[ip_network("127.0.0.0/8")],
        user_agent="Test/1",
        resolver=FakeResolver({"blog.test": ["127.0.0.1"]}),
        tls=tls,
    )
    await client.open()
    try:
        with pytest.raises(TemporaryError) as refused:
            await client.request("GET", f"https://blog.test:{runner.addresses[0][1]}/")
    finally:
        await client.close()
        await runner.cleanup()
    assert refused.value.text.startswith(said)
    assert "127.0.0.1" not in refused.value.text


async def test_case_31_whoever_runs_the_bot_can_vouch_for_a_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = _certificate(tmp_path, name="blog.test", days=30)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    runner = web.ServerRunner(web.Server(_hello), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    resolver = FakeResolver({"blog.test": ["127.0.0.1"]})
    client = HttpClient(allow=[ip_network("127.0.0.0/8")], user_agent="Test/1", resolver=resolver)
    await client.open()
    try:
        answer = await client.request("GET", f"https://blog.test:{runner.addresses[0][1]}/")
    finally:
        await client.close()
        await runner.cleanup()
    assert answer.body == b"hello"


async def test_case_29_a_name_in_another_script() -> None:
    resolver = FakeResolver({"xn--bcher-kva.test": ["127.0.0.1"]})
    client = HttpClient(allow=LOOPBACK, user_agent="Test/1", resolver=resolver)
    await client.open()
    try:
        async with serving() as server:
            server.serve("/", "ok")
            url = f"http://bücher.test:{_port(server)}/"
            assert (await client.request("GET", url)).text() == "ok"
            assert server.requests[0].headers["Host"].startswith("xn--bcher-kva.test")
            assert host_of(url) == "bücher.test", "as a person wrote it"
    finally:
        await client.close()
    assert resolver.asked == ["xn--bcher-kva.test"]


def _port(server: WebServer) -> str:
    return server.url.rpartition(":")[2]


@pytest.fixture
def clock() -> tuple[list[float], Callable[[], float]]:
    moment = [1000.0]
    return moment, lambda: moment[0]


def test_case_09_a_host_is_left_alone_for_as_long_as_it_asked(clock: tuple[list[float], Callable[[], float]]) -> None:
    moment, read = clock
    pauses = HostPauses(read)
    pauses.pause("https://blog.test/feed", timedelta(minutes=10))
    pauses.pause("https://blog.test/comments", timedelta(minutes=1))
    assert pauses.remaining("http://blog.test:8080/") == timedelta(minutes=10)
    assert pauses.remaining("https://other.test/") is None
    moment[0] += 601
    assert pauses.remaining("https://blog.test/feed") is None
