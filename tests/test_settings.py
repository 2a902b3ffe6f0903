import pytest

from bot.settings import DEFAULTS, SECRETS, Settings, SettingsError, merged, read_settings, unknown_names


def settings_of(**environment: str) -> Settings:
    return read_settings(environment)


def problems_of(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return caught.value.problems


def test_nothing_set_gives_the_defaults() -> None:
    settings = settings_of()
    assert settings.discord_token is None
    assert settings.database_url == "sqlite://data/backchannel.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.poll_interval_min.total_seconds() == 120
    assert settings.poll_interval_max.total_seconds() == 6 * 3600


def test_every_problem_is_named_at_once() -> None:
    problems = problems_of(
        DISCORD_TOKEN="hello world",
        DISCORD_API_URL="discord.example",
        DATABASE_URL="mysql://x",
        HTTP_PORT="eighty",
        OUTBOUND_ALLOW="10.0.0.0/8, nonsense",
        POLL_INTERVAL_MIN="soon",
        LOG_LEVEL="loud",
        LOG_FORMAT="xml",
    )
    words = [
        "DISCORD_TOKEN",
        "DISCORD_API_URL",
        "DATABASE_URL",
        "HTTP_PORT",
        "OUTBOUND_ALLOW",
        "POLL_INTERVAL_MIN",
        "LOG_LEVEL",
    ]
    for word in [*words, "LOG_FORMAT"]:
        assert any(word in problem for problem in problems), word
    assert len(problems) == 8


@pytest.mark.parametrize("url", ["http://[x", "https://h:99999", "https://h:port", "ftp://h", "https://", "h"])
@pytest.mark.parametrize("name", ["PUBLIC_URL", "DISCORD_API_URL"])
def test_an_address_that_is_none_is_named(name: str, url: str) -> None:
    [problem] = problems_of(**{name: url})
    assert problem.startswith(f"{name} must be an address")


def test_an_empty_variable_does_not_hide_what_the_file_says() -> None:
    file = {"DISCORD_TOKEN": "of the file", "LOG_LEVEL": "debug", "HTTP_PORT": "", "SECRET_KEY": None}
    said = merged(file, {"DISCORD_TOKEN": "", "LOG_LEVEL": "error", "PUBLIC_URL": " "})
    assert said == {"DISCORD_TOKEN": "of the file", "LOG_LEVEL": "error"}


def test_bounds_the_wrong_way_round_are_named() -> None:
    assert problems_of(POLL_INTERVAL_MIN="2h", POLL_INTERVAL_MAX="1h") == [
        "POLL_INTERVAL_MIN is longer than POLL_INTERVAL_MAX."
    ]


def test_a_secret_may_come_from_a_file(tmp_path) -> None:
    file = tmp_path / "token"
    file.write_text("abc\n")
    assert settings_of(DISCORD_TOKEN_FILE=str(file)).discord_token == "abc"
    assert problems_of(DISCORD_TOKEN_FILE=str(tmp_path / "none")) == [
        "DISCORD_TOKEN_FILE names a file that cannot be read."
    ]


def test_secrets_do_not_show() -> None:
    shown = repr(settings_of(DISCORD_TOKEN="t0ken", SECRET_KEY="k1,k2", DATABASE_URL="postgres://u:pass@h/d"))
    assert not any(word in shown for word in ("t0ken", "k1", "pass"))


def test_keys_rotate_by_a_list() -> None:
    assert settings_of(SECRET_KEY="new, old").secret_keys == ("new", "old")


def test_the_example_names_every_setting_with_its_default() -> None:
    with open(".env.example", encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    assert dict(line.split("=", 1) for line in lines) == {name: value or "" for name, value in DEFAULTS.items()}
    assert set(SECRETS) <= DEFAULTS.keys()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("POLL_INTERVAL_MINIMUM", "POLL_INTERVAL_MIN"),
        ("POLL_INTERVALL_MIN", "POLL_INTERVAL_MIN"),
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORDTOKEN", "DISCORD_TOKEN"),
        ("discord_token", "DISCORD_TOKEN"),
        ("SECRETKEY", "SECRET_KEY"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("OPERATER", "OPERATOR"),
        ("DATABASE_URL_FILES", "DATABASE_URL_FILE"),
        ("POLL_EVERY", ".env.example"),
        ("HTTP_TIMEOUT", ".env.example"),
    ],
)
def test_names_that_look_like_settings_are_named(name: str, meant: str) -> None:
    (problem,) = unknown_names({name: "x"}, {})
    assert problem.startswith(f"{name} is no setting")
    assert meant in problem


def test_names_of_others_are_left_alone() -> None:
    theirs = {"POSTGRES_PASSWORD": "x", "COMPOSE_PROFILES": "x", "SSL_CERT_FILE": "x", "PATH": "x"}
    assert unknown_names({**theirs, **dict.fromkeys(DEFAULTS, "x"), "SECRET_KEY_FILE": "x"}, {}) == []
    assert unknown_names({}, {**theirs, "HTTP_PROXY": "x", "LOG_DIR": "x", "DATABASE_HOST": "x", "HOME": "x"}) == []
    assert len(unknown_names({}, {"DISCORD_TOKN": "x"})) == 1
