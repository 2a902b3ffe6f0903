"""What the machine gives."""

import gc

from bot.runtime import tune_garbage_collector


def test_the_collector_leaves_alone_what_was_there() -> None:
    threshold = gc.get_threshold()
    frozen = gc.get_freeze_count()
    try:
        tune_garbage_collector()
        assert gc.get_freeze_count() > frozen + 1000
        assert gc.get_threshold()[0] > 10 * threshold[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
