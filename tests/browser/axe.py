"""axe-core, which judges whether a page can be used by everybody: fetched once with npm, kept beside the tools."""

import asyncio
import json
import tarfile
import tempfile
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.suites import required

VERSION = "4.10.3"
_KEPT = Path(__file__).resolve().parents[2] / ".tools" / f"axe-core-{VERSION}.js"


async def judge(page: Page) -> list[str]:
    """Return what is serious or critical on a page, a line each."""
    # The page's policy lets no foreign script in; the browser's own door does.
    await page.evaluate(await _source())
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['impact']}: {rule['id']}: {node['html'][:160]} {json.dumps(node['failureSummary'])[:300]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


async def _source() -> str:
    if not _KEPT.exists():
        with tempfile.TemporaryDirectory() as folder:
            packing = await asyncio.create_subprocess_exec(
                "npm", "pack", "--silent", f"axe-core@{VERSION}", cwd=folder, stdout=asyncio.subprocess.DEVNULL
            )
            if await packing.wait() != 0:
                (pytest.fail if "browser" in required() else pytest.skip)("npm could not fetch axe-core")
            with tarfile.open(Path(folder) / f"axe-core-{VERSION}.tgz") as archive:
                script = archive.extractfile("package/axe.min.js")
                assert script is not None
                _KEPT.parent.mkdir(exist_ok=True)
                # Written aside and renamed: another worker may be at it too.
                part = Path(folder) / "axe.js"
                part.write_bytes(script.read())
                part.chmod(0o644)
                beside = _KEPT.with_suffix(f".{id(part)}")
                beside.write_bytes(part.read_bytes())
                beside.replace(_KEPT)
    return _KEPT.read_text("utf-8")
