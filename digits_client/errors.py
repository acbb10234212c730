"""What can go wrong between a program and the service.

    DigitsClientError
    ├── AddressError      the service's address is none, or a proxy in the environment cannot be used
    ├── RefusedError      the service will not answer this request, however often it is sent
    ├── UnavailableError  the service was not reached, has too much to do or is broken: later it may answer
    └── ReplyError        what answered is not the service, or not one that this client knows

Ink that makes no sense before it is sent is a `TypeError` or a `ValueError`, as for any function; an image file that
cannot be opened is an `OSError`.
"""


class DigitsClientError(Exception):
    """A request that has not been answered with a reading."""


class AddressError(DigitsClientError):
    """An address that does not start with http:// or https:// or is otherwise none; or the environment's is.

    The environment is asked for proxies (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) and certificates
    (`SSL_CERT_FILE`, `SSL_CERT_DIR`).
    """


class RefusedError(DigitsClientError):
    """A request that the service refuses: a status from 400 to 499, but for 429.

    Attributes:
        status: the HTTP status.
        code: why, for programs, such as `invalid_ink`; docs/api.md lists them. Empty if what answered gave no
            problem document (RFC 9457), as a proxy may.
        detail: why, for people: what is wrong, where, and what is allowed.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.detail} ({self.status}{f' {self.code}' if self.code else ''})"


class UnavailableError(DigitsClientError):
    """A service that has not answered, though it was asked again where that made sense.

    Attributes:
        status: the last HTTP status, 429 or from 500 on; None if there was no reply.
        detail: what went wrong the last time, for people.
        attempts: how often the service was asked, from 1.
    """

    def __init__(self, status: int | None, detail: str, attempts: int) -> None:
        super().__init__(status, detail, attempts)
        self.status = status
        self.detail = detail
        self.attempts = attempts

    def __str__(self) -> str:
        times = "once" if self.attempts == 1 else f"{self.attempts} times"
        return f"{self.detail} ({f'{self.status}, ' if self.status else ''}asked {times})"


class ReplyError(DigitsClientError):
    """A reply that is not as the service's are: of another form, not compressed as it says, or longer than 16 MB."""
