"""What is said of an entry, a comment, a reply and an alert, within Discord's limits."""

import pytest

from bot.model.ids import CommentId, EntryId, SubscriptionId
from bot.model.message import ReplyTarget
from bot.model.reply import ReplyState
from bot.rules.messages.cards import (
    is_empty,
    present_alert,
    present_comment,
    present_entry,
    present_reply,
    reply_status,
    thread_name,
)
from tests.rules.examples import NOW, comment, entry, parsed_entry, reply

HOME = "https://blog.example/"


def test_an_entry_has_title_link_author_excerpt_image_categories_and_date() -> None:
    html = '<p>First <b>words</b>.</p><img src="/sky.jpg" width="600">'
    post = present_entry(entry(html=html, categories=("News", "Sky")), home_url=HOME)
    assert (post.title, post.url, post.author) == ("Hello", "https://blog.example/hello/", "Ada")
    assert post.body.startswith("First **words**.")
    assert post.image_url == "https://blog.example/sky.jpg"
    assert post.footer == "News · Sky"
    assert post.timestamp == NOW
    assert post.reply_target is None


def test_the_feeds_own_image_wins() -> None:
    own = "https://blog.example/own.png"
    assert present_entry(entry(html='<img src="/sky.jpg">', image_url=own), home_url=HOME).image_url == own


_PHOTO = "https://blog.example/wp-content/uploads/2026/03/boat"
_ELSEWHERE = "https://cdn.example/boat.jpg"


@pytest.mark.parametrize(
    ("image", "picture"),
    [
        (None, '<img src="/boat.jpg" alt="A boat">'),
        (None, '<img src="data:image/gif;base64,R0" data-src="/boat.jpg" alt="A boat">'),
        (_ELSEWHERE, f'<img src="{_ELSEWHERE}" alt="A boat">'),
        (_ELSEWHERE, f'<img src="{_ELSEWHERE.replace("https", "http")}" alt="A boat">'),
        (_ELSEWHERE, f'<img src="/s.jpg" srcset="/s.jpg 300w, {_ELSEWHERE} 1024w" alt="A boat">'),
        (_ELSEWHERE, f'<img src="/s.jpg" srcset="/s.jpg 300w,{_ELSEWHERE} 1024w" alt="A boat">'),
        (_ELSEWHERE, f'<img src="/s.jpg" srcset="/s.jpg, {_ELSEWHERE} 2x" alt="A boat">'),
        (_ELSEWHERE, f'<img src="{_ELSEWHERE}?w=300&amp;ssl=1" alt="A boat">'),
        (f"{_ELSEWHERE}?resize=600%2C400", f'<img src="{_ELSEWHERE}?w=300" alt="A boat">'),
        (_ELSEWHERE, '<img src="https://i0.wp.com/cdn.example/boat.jpg?fit=300%2C200" alt="A boat">'),
        (f"{_PHOTO}.jpg", f'<img src="{_PHOTO}-300x200.jpg" alt="A boat">'),
        (f"{_PHOTO}-1024x683.jpg", f'<img src="{_PHOTO}-300x200.jpg" alt="A boat">'),
        (f"{_PHOTO}-scaled.jpg", f'<img src="{_PHOTO}.jpg" alt="A boat">'),
        (f"{_PHOTO}.jpg", f'<img src="/small.jpg" data-orig-file="{_PHOTO}.jpg" alt="A boat">'),
    ],
)
@pytest.mark.parametrize(
    "around", ["{}<p>Words.</p>", "<p>Words.</p><figure>{}</figure>", '<p>Words.</p><a href="/x">{}</a>']
)
def test_the_picture_of_the_card_is_not_described_in_its_text_as_well(
    image: str | None, picture: str, around: str
) -> None:
    post = present_entry(entry(html=around.format(picture), image_url=image), home_url=HOME)
    assert post.image_url is not None
    assert post.body == "Words."


@pytest.mark.parametrize(
    ("image", "address"),
    [
        (_ELSEWHERE, "https://cdn.example/boats.jpg"),
        (_ELSEWHERE, "https://other.example/boat.jpg"),
        (f"{_ELSEWHERE}?id=1", f"{_ELSEWHERE}?id=2"),
        # Elsewhere than among WordPress's uploads this may be the name of another picture.
        ("https://cdn.example/boat.jpg", "https://cdn.example/boat-300x200.jpg"),
        (f"{_PHOTO}.jpg", f"{_PHOTO}-2.jpg"),
        (f"{_PHOTO}.jpg", f"{_PHOTO}.png"),
    ],
)
def test_another_picture_stays_described(image: str, address: str) -> None:
    html = f'<p>Words.</p><p><img src="{address}" alt="A boat"><img src="{image}" alt="The other"></p>'
    post = present_entry(entry(html=html, image_url=image), home_url=HOME)
    assert post.body == "Words.\n\n\\[A boat\\]"


def test_a_picture_that_the_card_cannot_show_is_described() -> None:
    html = f'<p>Words.</p><img src="{_ELSEWHERE}" alt="A boat">'
    for image in ("ftp://cdn.example/boat.jpg", f"{_ELSEWHERE}?{'x' * 2048}"):
        assert "A boat" in present_entry(entry(html=html, image_url=image), home_url=HOME).body


def test_everything_fits_however_long_it_is() -> None:
    long = "word " * 5000
    post = present_entry(
        entry(title=long, author=long, html=long, categories=(long,) * 50, link=f"https://x.example/{'a' * 3000}"),
        home_url=HOME,
    )
    assert len(post.title) <= 256
    assert len(post.author) <= 256
    assert len(post.body) <= 4096
    assert len(post.footer) <= 2048
    assert post.url is None
    assert sum(map(len, (post.title, post.author, post.body, post.footer))) <= 6000
    assert 1 <= len(thread_name(entry(title=long))) <= 100
    remark = present_comment(comment(html=long, author=long), home_url=HOME)
    assert len(remark.body) <= 4096


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_an_address_that_is_none_is_no_link(link: str) -> None:
    assert present_entry(entry(link=link), home_url=HOME).url is None


def test_nameless_entries_are_called_by_their_text_and_empty_ones_are_left_out() -> None:
    assert present_entry(entry(title="", html="<p>Just words</p>"), home_url=HOME).title == "Just words"
    assert thread_name(entry(title="", html="", link=None)) == "Discussion"
    assert is_empty(parsed_entry(title=" ", html="<p> </p>", link=None))
    assert not is_empty(parsed_entry(title="", html=""))


def test_a_comment_says_whom_it_answers_only_where_the_parent_is_not_there() -> None:
    answered = comment(parent_author="Ben *B*")
    assert "in reply to" not in present_comment(answered, home_url=HOME).body
    orphan = present_comment(answered, home_url=HOME, orphan=True)
    assert orphan.body.splitlines()[0] == r"-# in reply to Ben \*B\*"
    assert "an earlier comment" in present_comment(comment(), home_url=HOME, orphan=True).body
    assert present_comment(comment(author="", html=""), home_url=HOME).author == "Anonymous"


def test_an_alert_links_to_the_thread_and_to_the_comment() -> None:
    post = present_alert(comment(), entry(), home_url=HOME, thread_url="https://discord.com/channels/1/2")
    assert "Hello" in post.title
    assert post.author == "Ann"
    assert [link.url for link in post.links] == ["https://discord.com/channels/1/2", comment().link]
    assert len(present_alert(comment(link=None), entry(), home_url=HOME, thread_url=None).links) == 0


def test_a_reply_shows_how_it_fares_and_links_to_its_comment_once_it_is_there() -> None:
    under_way = present_reply(reply())
    assert under_way.links == ()
    assert under_way.footer == "On its way to the blog"
    published = present_reply(reply(state=ReplyState.PUBLISHED, url="https://blog.example/hello/#comment-9"))
    assert [link.url for link in published.links] == ["https://blog.example/hello/#comment-9"]


def test_every_state_of_a_reply_is_told_and_the_uncertain_one_is_told_apart() -> None:
    told = {state: reply_status(reply(state=state, reason="Because.")) for state in ReplyState}
    assert len(set(told.values())) == len(ReplyState)
    assert "Was not published: Because." in told[ReplyState.REFUSED]
    assert "May not have been" in told[ReplyState.UNCERTAIN]


def test_a_cards_button_names_its_item_within_discords_limit() -> None:
    big = 9_223_372_036_854_775_807
    for comment_id in (None, CommentId(big)):
        target = ReplyTarget(subscription_id=SubscriptionId(big), entry_id=EntryId(big), comment_id=comment_id)
        assert len(target.custom_id) <= 100
