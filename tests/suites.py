"""Suites that need programs which pip cannot install: which can run here, and which must."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's server programs, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


def _missing_postgres() -> str | None:
    return None if find_postgres() else "PostgreSQL's initdb was not found (Debian: postgresql)"


def _missing_wordpress() -> str | None:
    missing = [
        package
        for package, path in (
            ("php-cli", shutil.which("php")),
            ("mariadb-server", shutil.which("mariadbd")),
            ("wordpress", Path("/usr/share/wordpress/wp-load.php").exists()),
        )
        if not path
    ]
    return f"not installed: {', '.join(missing)} (Debian's packages)" if missing else None


def _missing_browser() -> str | None:
    missing = [
        name
        for name, path in (("chromium", Path("/usr/bin/chromium").exists()), ("npm", shutil.which("npm")))
        if not path
    ]
    return f"not installed: {', '.join(missing)} (Debian's packages)" if missing else None


def _missing_uv() -> str | None:
    return None if Path(".tools/uv").is_dir() else "make did not bring uv, which the container's recipe installs with"


#: Marker name -> a probe that returns None, or why the suite cannot run on this machine.
SUITES: dict[str, Callable[[], str | None]] = {
    "browser": _missing_browser,
    "container": _missing_uv,
    "postgres": _missing_postgres,
    "wordpress": _missing_wordpress,
}


def required() -> set[str]:
    """Suites that must run: BACKCHANNEL_REQUIRE, names separated by commas."""
    return {name for name in os.environ.get("BACKCHANNEL_REQUIRE", "").split(",") if name}
