"""Settings that make no sense keep the service from starting, and the message names them, but never a key."""

import pytest

from app.factory import create_app
from app.settings import Settings, load_settings
from model.errors import ConfigError

SENSELESS = {
    "DIGITS_API_KEYS": [" ", ",", " , ,", "schlüssel-1234", "key\t1234", "key-1234, k\u00a0ey", "key\x01"],
    "DIGITS_RATE_LIMIT": [
        *("often", " ", "0/minute", "00/minute", "-5/minute", "5/second;10/minute", "5/second,10/minute"),
        *("5/second|10/minute", "5/0 minute", "5", "5/", "/minute", "5/fortnight", "5.5/minute", "1e3/minute"),
        *("٥/minute", "9999999999/minute", "5/99999 minute", "5/minute please"),
    ],
    "DIGITS_CORS_ORIGINS": [
        *(
            " ",
            ",",
            "school.example",
            "//school.example",
            "https://",
            "https://school.example/",
            "https://a.example/x",
        ),
        *(
            "https://a.example?x",
            "https://a.example#x",
            "https://me@a.example",
            "https://*.example",
            "null",
            "*.example",
        ),
        *(
            "https://A.example",
            "HTTPS://a.example",
            "https://a.example:443",
            "http://a.example:80",
            "https://ä.example",
        ),
        *(
            "https://a.example:99999",
            "https://a.example:0",
            "https://a.example:",
            "https://a b",
            "https://a,b.example",
        ),
        "https://good.example, bad.example",
    ],
    "DIGITS_RATE_STORAGE": ["memory://", "redis://", "redis://h:99999", "redis://h:0", "redis://h/one"],
    "DIGITS_FRAME_ANCESTORS": [
        *(" ", ",", "self", "'none'", "'unsafe-inline'", "huggingface.co", "https:", "https://", "https://*"),
        *(
            "https://a.example/x",
            "https://A.example",
            "https://a.*.example",
            "https://a.example:0",
            "ftp://a.example",
        ),
        *("https://a.example; script-src *", "https://a.example\r\nSet-Cookie: a=b", "https://a.example\nx", "**"),
        "'self' https://good.example bad.example",
    ],
    "DIGITS_ROOT_PATH": [
        *(
            "digits",
            "//digits",
            "/a//b",
            "/..",
            "/a/../b",
            "/a/.",
            "/a b",
            "/a?b",
            "/a#b",
            '/"',
            "/ü",
            "/%61",
            "/<b>",
        ),
        *("https://a.example/digits", "/a\n", f"/{'a' * 200}"),
    ],
    "DIGITS_TRUSTED_PROXIES": [
        *(" ", ",", "proxy", "localhost", "10.0.0.1/8", "10.0.0.0/33", "300.0.0.1", "10.0.0.*", "*, 10.0.0.1", "**"),
        "10.0.0.1, proxy.example",
    ],
    "DIGITS_BODY_SECONDS": ["inf", "nan", "0", "-1", "1e300"],
    "DIGITS_HEADER_SECONDS": ["inf", "nan", "0"],
    "DIGITS_REPLY_SECONDS": ["inf", "nan", "0"],
    "DIGITS_WATCH_SECONDS": ["inf", "nan", "-1"],
}

SENSIBLE = {
    "DIGITS_API_KEYS": ["", "key", "key, another key", "a,", "!#$%&'()*+-./:;<=>?@[]^_`{|}~"],
    "DIGITS_RATE_LIMIT": ["", "1/second", " 600/minute ", "10 per hour", "10/5 minutes", "7 PER 2 days"],
    "DIGITS_CORS_ORIGINS": [
        *("", "*", "https://a.example", "http://localhost:3000, https://b.example", "http://[::1]:8080"),
        *("capacitor://localhost", "https://xn--4ca.example:8443"),
    ],
    "DIGITS_RATE_STORAGE": ["", "redis://h", "rediss://me:word@h:6380/1", "redis://[::1]:6379"],
    "DIGITS_FRAME_ANCESTORS": [
        *("", "*", "'self'", "https://huggingface.co", "https://a.example:8443, https://*.hf.space"),
        *("'self' http://localhost:8888", "https://a.example https://b.example,"),
    ],
    "DIGITS_ROOT_PATH": ["", "/", "/digits", "/digits/", "/a/b-c_d~e.f", "/..a"],
    "DIGITS_TRUSTED_PROXIES": ["", "*", "127.0.0.1", "10.0.0.0/8, ::1,fd00::/8"],
    "DIGITS_BODY_SECONDS": ["0.5", "86400"],
    "DIGITS_WATCH_SECONDS": ["0"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize(("name", "value"), pairs(SENSELESS))
def test_senseless_ones_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^{name} is ") as refused:
        create_app()
    assert str(refused.value).isprintable()
    if name == "DIGITS_API_KEYS":
        assert "1234" not in str(refused.value)
        assert "1234" not in str(refused.value.__cause__), "a traceback has the cause, too"


@pytest.mark.parametrize(("name", "value"), pairs(SENSIBLE))
def test_sensible_ones_are_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert isinstance(create_app().state.settings, Settings)


def test_keys_and_passwords_are_not_shown() -> None:
    shown = repr(Settings(api_keys="key-1234", rate_storage="redis://:word-1234@h"))
    assert "1234" not in shown


def test_the_message_keeps_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_CORS_ORIGINS", "https://School.example")
    with pytest.raises(ConfigError, match=r"'https://School\.example' is no origin"):
        load_settings()
