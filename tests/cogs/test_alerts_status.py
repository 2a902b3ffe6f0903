"""/alerts and /status."""

from dataclasses import replace

from tests.cogs.stage import Stage


async def test_alerts(stage: Stage) -> None:
    stage.blog.write("One", author="Ann")
    async with stage.bot():
        await stage.start()
        assert "no alerts" in (await stage.mia.command("alerts show")).content
        on = await stage.mia.command("alerts on", blog="1", author="ann")
        assert on.ephemeral
        assert "entries by Ann" in on.content
        assert "entries by Ann: on" in (await stage.mia.command("alerts show")).text
        assert "authors are: **Ann**" in (await stage.mia.command("alerts on", blog="1", author="Zoe")).content
        assert "are off" in (await stage.mia.command("alerts off", blog="1")).content
        assert "had no alerts" in (await stage.mia.command("alerts off")).content
        await stage.mia.command("alerts on", blog="1")
        assert "every entry: on" in (await stage.mia.command("alerts show")).text


async def test_status(stage: Stage) -> None:
    async with stage.bot():
        assert "All is well" in (await stage.olga.command("status")).text
        await stage.start()
        await stage.store.subscriptions.park(1, "The channel is gone.")  # type: ignore[arg-type]
        feed = (await stage.store.feeds.of_blog(1))[0]  # type: ignore[arg-type]
        await stage.store.polls.save_result(replace(feed, failures=3, last_error="It *answered* 500."))
        status = await stage.olga.command("status")
        assert status.ephemeral
        assert "The channel is gone." in status.text
        assert r"It \*answered\* 500." in status.text
        shown = await stage.olga.command("blog show", blog="1")
        assert "parked: The channel is gone." in shown.text
        assert "3 in a row" in shown.text
