"""What a blog shows of a comment: the lines that its writer saw in the preview."""

from bot.rules.discord_to_html.convert import to_comment_html
from bot.rules.discord_to_html.wpautop import wpautop
from bot.rules.html_to_discord.convert import to_markdown
from sandbox.blog.interface import Blog
from tests.rules.markup import MARKUP, NAMES
from tests.rules.shown_lines import chat_lines, html_lines
from tests.wordpress.client import member


async def test_the_preview_is_what_is_published(any_blog: Blog) -> None:
    await any_blog.configure(comment_previously_approved=False, flood_seconds=0)
    post = await any_blog.publish(title="Tea", html="x")
    relay = await member(any_blog)
    for number, content in enumerate(MARKUP):
        html = to_comment_html(content, NAMES)
        answer = await relay.write(post.id, html, author_name=f"Ann {number}", author_email="ann@example.org")
        assert answer.status == 201, (content, answer.json)
        preview = to_markdown(wpautop(html), base_url="https://blog.example/", limit=4000)
        assert chat_lines(preview) == html_lines(answer.json["content"]["rendered"]), content
