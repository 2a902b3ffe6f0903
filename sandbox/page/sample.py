"""The blog's sample content: an old post with a closed discussion, and a current one with an open discussion."""

from datetime import UTC, datetime, timedelta

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Comment, Post
from sandbox.blog.site import PICTURE

OPEN_TITLE = "From paper to database"
OPEN_TEXT = """
We moved the observatory’s logbook from paper to a small database this week. Nothing was lost, and the \
<strong>oldest entry</strong> turned out to be a sketch of a comet.

<img src="{picture}" alt="A sketch of a comet whose tail runs off the page" width="720" height="270">

The hand is unknown, the ink is brown, and the tail runs off the edge of the page. Next week: what the sketch shows.
"""

CLOSED_TITLE = "Why the dome is dark on Fridays"
CLOSED_TEXT = """
Every Friday we switch off all the lamps on the hill, those of the car park too. Eyes need twenty minutes to learn \
the night, and one headlight undoes it.

So bring a red torch, come before nine, and <em>park at the chapel</em>.
"""

#: Comments: author, text, hours after the post, and the answered comment.
_CLOSED_TALK = (
    ("Ines", "Is red really better than dim white?", 2, None),
    ("ada", "It is: the cells for the night hardly see red, so they stay rested.", 3, 0),
    ("Ines", "Then I know what to do with the old bicycle lamp.", 5, 1),
    ("Ben", "We came by bus, and the walk up in the dark was the best part.", 20, None),
)


async def publish_closed(blog: SandboxBlog) -> Post:
    """Publish the old post with its discussion, and close it."""
    began = datetime.now(UTC) - timedelta(days=6)
    post = await blog.publish(title=CLOSED_TITLE, html=CLOSED_TEXT, author="ada", categories=["Visits"], date=began)
    said: list[Comment] = []
    for who, text, hours, answers in _CLOSED_TALK:
        parent = None if answers is None else said[answers].id
        when = began + timedelta(hours=hours)
        if who in blog.state.accounts:
            said.append(await blog.comment(post, as_user=who, text=text, parent=parent, date=when))
        else:
            said.append(await blog.comment(post, author=who, text=text, parent=parent, date=when))
    await blog.close_comments(post)
    return post


async def publish_open(blog: SandboxBlog) -> Post:
    """Publish the current post."""
    text = OPEN_TEXT.format(picture=blog.state.home + PICTURE)
    return await blog.publish(title=OPEN_TITLE, html=text, author="ada", categories=["Notes"])


async def talk_on(blog: SandboxBlog, post: Post, answer: Comment) -> None:
    """Let readers answer an answer, and let a new commenter wait for the moderator."""
    ben = await blog.comment(
        post, author="Ben", text="Then it was seen by day, beside the sun. Is there a date?", parent=answer.id
    )
    await blog.comment(post, author="Ines", text="Mine says 28 February, from Bologna.", parent=ben.id)
    await blog.comment(post, author="Tom", text="Please scan the facing page as well.")
    await blog.comment(post, author="Lena", text="My grandfather kept that book. May I come and see it?", status="hold")
