"""Starts a real WordPress from Debian's packages in a temporary folder, and stops it again.

It installs and serves; what people do on the blog is `real`'s matter. It dials nobody but its own socket.
"""

import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.wordpress.mariadb import MariaDB
from tests.wordpress.processes import spawn, stop, wait_until

_SOURCE = Path("/usr/share/wordpress")
_PHP = Path(__file__).parent / "php"

_CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', '{home}' );
define( 'WP_SITEURL', '{home}' );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_POST_REVISIONS', false );
define( 'BACKCHANNEL_SECRET', '{secret}' );
{keys}
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""
_KEYS = [f"{part}_{kind}" for part in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE") for kind in ("KEY", "SALT")]


class WordPressServer:
    """A running WordPress, empty but for its account `admin`; `home` has no closing slash."""

    def __init__(self, title: str = "Example blog", port: int = 0) -> None:
        self.secret = secrets.token_hex(16)
        self.folder = Path(tempfile.mkdtemp(prefix="wordpress-"))
        self.folder.chmod(0o755)
        self._database: MariaDB | None = None
        self._web: subprocess.Popen[bytes] | None = None
        try:
            self._database = MariaDB(self.folder)
            self.port = port or _free_port()
            self.home = f"http://127.0.0.1:{self.port}"
            self._lay_out()
            self._install(title)
            self._serve()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything and remove the folder; a second call does nothing."""
        if self._web:
            stop(self._web)
        if self._database:
            self._database.stop()
        self._web = self._database = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _lay_out(self) -> None:
        site = self.folder / "site"
        # Debian's tree is full of links out of it, which PHP would follow: hence a copy of what they point to.
        subprocess.run(["cp", "-rL", str(_SOURCE), str(site)], check=True)
        content = site / "wp-content"
        shutil.copytree(_PHP / "theme", content / "themes" / "plain")
        (content / "mu-plugins" / "backchannel").mkdir(parents=True)
        shutil.copy(_PHP / "control.php", content / "mu-plugins" / "control.php")
        shutil.copy(_PHP / "acts.php", content / "mu-plugins" / "backchannel" / "acts.php")
        keys = "\n".join(f"define( '{name}', '{secrets.token_hex(32)}' );" for name in _KEYS)
        socket_path = self._database.socket if self._database else ""
        text = _CONFIG.format(socket=socket_path, home=self.home, secret=self.secret, keys=keys)
        (site / "wp-config.php").write_text(text, "utf-8")

    def _install(self, title: str) -> None:
        create = f"mysqli_query(mysqli_connect(null,'root','',null,0,'{self.folder}/mariadb.sock'),"
        create += "'CREATE DATABASE wordpress CHARACTER SET utf8mb4');"
        self._run_php("-r", create)
        address = self.home.removeprefix("http://")
        self._run_php(str(_PHP / "install.php"), str(self.folder / "site"), address, title)

    def _run_php(self, *arguments: str) -> None:
        done = subprocess.run(["php", *arguments], capture_output=True, text=True, check=False)
        if done.returncode or "error" in done.stdout.lower():
            raise RuntimeError(f"php {arguments[0]} failed: {done.stdout[-1500:]}{done.stderr[-1500:]}")

    def _serve(self) -> None:
        site, log = self.folder / "site", self.folder / "php.log"
        options = ["-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0"]
        options += ["-d", "memory_limit=256M", "-d", "display_errors=0"]
        command = ["php", *options, "-S", f"127.0.0.1:{self.port}", "-t", str(site), str(_PHP / "router.php")]
        # One process only: workers would outlive a first process that is killed with us.
        self._web = spawn(command, log)
        wait_until(self._accepts, self._web, log, 20)

    def _accepts(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
