"""A member's message in the thread of an entry, on its way over a preview to the blog."""

from dataclasses import dataclass

from bot.model.connection import Credential, Secret
from bot.model.ids import ChannelId, MessageId, ReplyId
from bot.model.message import ChatMessage, MemberView, Mentions, MessageRef
from bot.model.reply import Reply
from bot.model.subscription import RelayMode, SubscribedBlog
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.fakes.blog import PASSWORD

TOKEN = Secret("token")
#: USER is the admin's number; this is a member's.
WRITTEN = MessageId(777)


@dataclass
class Talk:
    """A blog that takes replies, with one entry in a thread."""

    harness: BridgeHarness
    subscribed: SubscribedBlog
    thread: ChannelId

    @property
    def member(self) -> MemberView:
        return MemberView(id=USER, guild_id=GUILD, channel_id=self.thread, in_thread=True)

    @property
    def message(self) -> MessageRef:
        return MessageRef(channel_id=self.thread, message_id=WRITTEN)

    async def preview(self, content: str = "Words") -> ReplyId:
        """Use "Publish to blog" on the message."""
        return (await self.harness.bridge.reply_drafts.draft_from_message(self.written(content), self.member)).reply_id

    def written(self, content: str = "Words") -> ChatMessage:
        """The message as Discord hands it over with the menu."""
        return ChatMessage(
            guild_id=GUILD,
            ref=self.message,
            author_id=USER,
            content=content,
            reply_to=None,
            mentions=Mentions(),
            edited_at=self.harness.chat.edited.get(self.message),
        )

    async def publish(self, reply_id: ReplyId) -> Reply:
        return await self.harness.bridge.reply_drafts.publish(reply_id, self.member, TOKEN)


async def talking(harness: BridgeHarness) -> Talk:
    """Have a blog connected, its mode ``menu``, an entry announced, and the member's consent."""
    subscribed = await harness.start()
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await harness.bridge.connector.connect(subscribed.blog, GUILD, USER, credential)
    await harness.store.subscriptions.set_mode(subscribed.subscription.id, RelayMode.MENU)
    await harness.bridge.reply_members.agree(USER, "Mia", consent=True)
    harness.blog.write("News")
    await harness.poll()
    await harness.deliver()
    (thread,) = harness.chat.threads
    return Talk(harness, subscribed, thread)
