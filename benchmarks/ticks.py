"""``python -m benchmarks.ticks FEEDS``: what a tick costs when nothing is due, with so many feeds in the database."""

import asyncio
import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.ours import running
from benchmarks.rows import add_blogs

_TICKS = 300


async def main(feeds: int) -> None:
    """Print milliseconds, the median of some hundred ticks."""
    addresses = [f"http://127.0.0.1/{number}" for number in range(feeds)]
    with tempfile.TemporaryDirectory() as folder:
        async with running([], Path(folder)) as ours:
            now = ours.clock.now()
            await add_blogs(addresses, due_at=now + timedelta(hours=1), started_at=now)
            costs = []
            for _ in range(_TICKS):
                before = time.process_time()
                if await ours.bridge.poller.tick():
                    raise RuntimeError("something was due")
                costs.append(time.process_time() - before)
    print(json.dumps(median(costs) * 1000), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
