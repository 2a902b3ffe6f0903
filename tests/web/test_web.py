"""Real requests to the web side: what is on every answer, health, and the way back from a click-through."""

import logging
from urllib.parse import urlsplit

import pytest

from bot.model.connection import Account
from bot.model.errors import PermanentError
from bot.web.server import WebServer
from tests.fakes.blog import HOME, PASSWORD
from tests.web.site import GUILD, Site


async def test_health(site: Site) -> None:
    async with site.session.get(site.url("/healthz")) as response:
        assert (response.status, await response.text()) == (200, "ok")
    async with site.session.get(site.url("/readyz")) as response:
        assert (response.status, await response.text()) == (200, "ok")
    site.trouble = RuntimeError("with a secret")
    async with site.session.get(site.url("/readyz")) as response:
        assert (response.status, await response.text()) == (503, "not ready: other")
    async with site.session.get(site.url("/healthz")) as response:
        assert response.status == 200


async def test_headers_are_on_every_answer(site: Site) -> None:
    path = await site.begin()
    for each in (
        "/",
        "/healthz",
        "/metrics",
        "/replies/x",
        "/nothing",
        path,
        f"{path}?site_url={HOME}&user_login=x&password=y",
        "/connect/done/x",
    ):
        async with site.session.get(site.url(each), allow_redirects=False) as response:
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["X-Robots-Tag"] == "noindex"
            assert "Set-Cookie" not in response.headers
            assert "Server" not in response.headers


async def test_the_way_back_connects_and_leaves_no_password_behind(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    status, text, address = await site.back(await site.begin())
    assert status == 200
    assert "<h1>Connected. You can close this page.</h1>" in text
    assert "Ann&#x27;s &lt;b&gt;blog&lt;/b&gt; takes replies as “bridge” (subscriber)." in text
    assert urlsplit(address).query == ""
    assert "password" not in address
    endpoint = await site.store.connections.of_blog(GUILD, site.blog.id)
    assert endpoint is not None
    assert (endpoint.username, endpoint.password) == ("bridge", PASSWORD)
    assert PASSWORD not in caplog.text
    assert PASSWORD.split()[0] not in caplog.text


async def test_a_state_is_good_once(site: Site) -> None:
    path = await site.begin()
    assert (await site.back(path))[0] == 200
    status, text, address = await site.back(path)
    assert status == 410
    assert "used already or is too old" in text
    assert urlsplit(address).query == ""


async def test_a_risky_account_is_judged(site: Site) -> None:
    site.fake.account = Account(name="ann", roles=("editor",), may_publish_raw_html=False, may_moderate=True)
    _, text, _ = await site.back(await site.begin())
    assert "may moderate comments" in text


async def test_a_blog_that_calls_itself_otherwise_connects(site: Site) -> None:
    status, _, _ = await site.back(await site.begin(), site_url="https://www.blog.example")
    assert status == 200
    assert await site.store.connections.of_blog(GUILD, site.blog.id) is not None


async def test_refusals_are_told(site: Site) -> None:
    status, text, address = await site.back(await site.begin(), password="wrong")
    assert status == 400
    assert "does not accept" in text
    assert urlsplit(address).query == ""
    assert await site.store.connections.of_blog(GUILD, site.blog.id) is None


async def test_a_bug_is_told_and_logged_without_the_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    path = await site.begin()
    await site.store.close()
    status, text, _ = await site.back(path)
    await site.store.open()
    assert status == 500
    assert "its log says what" in text
    assert caplog.text.count("action=connect_crashed error=RuntimeError") == 1
    assert "abcd" not in caplog.text


async def test_without_what_is_needed(site: Site) -> None:
    async with site.session.get(site.url(await site.begin())) as response:
        assert response.status == 400
        assert "relay connect" in await response.text()


async def test_rejected_on_the_blog(site: Site) -> None:
    path = await site.begin()
    async with site.session.get(site.url(f"{path}/rejected?success=false")) as response:
        assert response.status == 200
        assert "You said no" in await response.text()
    assert (await site.back(path))[0] == 410


async def test_only_a_get_acts(site: Site) -> None:
    path = await site.begin()
    query = {"site_url": HOME, "user_login": "bridge", "password": PASSWORD}
    for method in ("HEAD", "POST"):
        async with site.session.request(method, site.url(path), params=query) as response:
            assert response.status == 405
    assert await site.store.connections.of_blog(GUILD, site.blog.id) is None


async def test_a_taken_port_is_told(site: Site) -> None:
    second = WebServer(site.bridge, site.metrics, ready={}, host="127.0.0.1", port=site.server.port)
    with pytest.raises(PermanentError, match="HTTP_PORT"):
        await second.start()


async def test_a_check_that_goes_on_failing_is_logged_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for trouble in (RuntimeError("x"), RuntimeError("x"), None, None):
        site.trouble = trouble
        async with site.session.get(site.url("/readyz")) as response:
            assert response.status == (200 if trouble is None else 503)
    assert caplog.text.count("action=check_failed check=other") == 1
    assert caplog.text.count("action=check_passed check=other") == 1
