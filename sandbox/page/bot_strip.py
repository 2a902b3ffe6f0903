"""The bot's strip: its state, its acts and their reasons, buttons for trouble, and the counts of both sides."""

from sandbox.page.markup import Markup, ago, html
from sandbox.page.stage import Stage
from sandbox.page.tally import Count, count
from sandbox.page.trouble import Trouble
from sandbox.page.view import View
from sandbox.page.watch import Event, Watch

#: Name, the button's label, its label while the trouble lasts, and an explanation.
_TROUBLES = (
    ("kill", "Kill the bot", "Killed", "SIGKILL, as a power cut would; it starts again after 3 seconds"),
    ("broken", "Blog answers 500", "Answers 500", "Every request to the blog fails for 20 seconds"),
    ("lost", "Lose an answer", "Armed: loses the next", "The next reply that the blog takes gets no answer"),
    ("away", "Discord away", "Away", "Discord answers 503 and closes the gateway for 30 seconds"),
)


def draw(stage: Stage, view: View, watch: Watch, trouble: Trouble) -> Markup:
    """Draw the strip."""
    return html(
        '<div class="bot-state"><h2><span class="over">The bot</span>{state}</h2><p class="meta">{polls}</p>{troubles}'
        "</div>"
        '<div class="events" id="events" tabindex="0" role="region" aria-label="What the bot does"><ol>{events}</ol>'
        "</div>"
        "{tally}",
        state=_state(stage, watch),
        polls=_polls(watch),
        troubles=_troubles(view, trouble),
        events=[_event(event) for event in reversed(watch.events)]
        or Markup('<li class="empty">Nothing yet: the bot is starting.</li>'),
        tally=_tally(stage),
    )


def _state(stage: Stage, watch: Watch) -> Markup:
    if watch.connected:
        return Markup('<span class="state good">Running</span>')
    if stage.bot.running:
        return Markup('<span class="state waiting">Connecting</span>')
    return Markup('<span class="state bad">Not running</span>')


def _polls(watch: Watch) -> Markup:
    if watch.last_poll is None:
        return Markup("Has not asked the blog yet")
    return html("Asked the blog {number} times, {when}", number=watch.polls, when=ago(watch.last_poll))


def _troubles(view: View, trouble: Trouble) -> Markup:
    buttons = []
    for name, calm, now, title in _TROUBLES:
        left = trouble.left(name)
        lasts = html(" · {left} s", left=left) if left else Markup()
        buttons.append(
            html(
                '<form method="post" action="/act/trouble?{query}"><input type="hidden" name="name" value="{name}">'
                '<button class="trouble" id="trouble-{name}" aria-pressed="{pressed}" title="{title}">{said}{lasts}'
                "</button></form>",
                query=view.query(),
                name=name,
                pressed="false" if left is None else "true",
                title=title,
                said=calm if left is None else now,
                lasts=lasts,
            )
        )
    return html('<div class="troubles" role="group" aria-label="Make trouble">{buttons}</div>', buttons=buttons)


def _event(event: Event) -> Markup:
    return html(
        '<li class="{tone}" id="event-{number}"><time datetime="{iso}">{clock}</time><span>{text}{times}</span></li>',
        tone=event.tone,
        number=event.number,
        text=event.text,
        times=f" ×{event.times}" if event.times > 1 else "",
        iso=event.at.isoformat(timespec="seconds"),
        clock=f"{event.at.astimezone():%H:%M:%S}",
    )


def _tally(stage: Stage) -> Markup:
    tally = count(stage)
    rows = [_row(each) for each in tally.counts]
    return html(
        '<div class="tally"><table><caption class="hidden">What stands on both sides</caption><thead><tr>'
        '<th scope="col"><span class="hidden">Kind</span></th><th scope="col">Blog</th><th scope="col">Chat</th>'
        '<th scope="col"><span class="hidden">State</span></th></tr></thead><tbody>{rows}</tbody></table>'
        '<p class="doubles {tone}">Doubles <b>{doubles}</b></p>{before}</div>',
        rows=rows,
        before=_before(tally.before),
        tone="bad" if tally.doubles else "good",
        doubles=tally.doubles,
    )


def _before(number: int) -> Markup:
    if not number:
        return Markup()
    said = f"Not counted: {number} older post{'' if number == 1 else 's'}"
    return html('<p class="hint">{said}</p>', said=said)


def _row(each: Count) -> Markup:
    return html(
        '<tr><th scope="row">{what}</th><td>{blog}</td><td>{chat}</td><td class="{tone}">{state}</td></tr>',
        what=each.what,
        blog=len(each.blog),
        chat=len(each.chat),
        tone="good" if each.even else "waiting",
        state=each.state,
    )
