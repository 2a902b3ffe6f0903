"""What of many comments and mentions is posted, and what is only summed up."""

import pytest

from bot.rules.comment_flood import MOST_COMMENTS, split_flood


def is_mention(item: str) -> bool:
    return item.startswith("m")


def of(comments: int, mentions: int) -> list[str]:
    """Mentions between comments, as far as there are any."""
    pairs = [(f"c{number}", f"m{number}") for number in range(max(comments, mentions))]
    return [
        name for number, (c, m) in enumerate(pairs) for name in (c,) * (number < comments) + (m,) * (number < mentions)
    ]


@pytest.mark.parametrize(
    ("comments", "mentions", "lately", "posted"),
    [
        (30, 0, 0, (30, 0)),
        (15, 15, 0, (15, 15)),
        (31, 0, 0, (10, 0)),
        (0, 31, 0, (0, 10)),
        (3, 300, 0, (3, 7)),
        (12, 300, 0, (12, 0)),
        (30, 1, 0, (30, 0)),
        (31, 300, 0, (10, 0)),
        (2, 300, 25, (2, 3)),
        (5, 5, 28, (2, 0)),
        (1, 1, MOST_COMMENTS, (0, 0)),
        (0, 1, MOST_COMMENTS + 5, (0, 0)),
    ],
)
def test_what_is_posted_of_a_flood(comments: int, mentions: int, lately: int, posted: tuple[int, int]) -> None:
    wanted = of(comments, mentions)
    summed, kept = split_flood(wanted, lately, is_mention=is_mention)
    assert (sum(not is_mention(each) for each in kept), sum(map(is_mention, kept))) == posted
    assert sorted([*summed, *kept]) == sorted(wanted)
    assert [each for each in wanted if each in set(kept)] == list(kept), "the oldest first"
    for of_kind in (True, False):
        newest = [each for each in wanted if is_mention(each) is of_kind][-max(len(kept), 1) :]
        assert all(each in newest for each in kept if is_mention(each) is of_kind)
