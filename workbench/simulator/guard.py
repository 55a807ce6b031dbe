"""Who may talk to a server on the loopback: programs on this machine, not web pages. No I/O."""

from collections.abc import Mapping

from workbench.simulator.errors import APIError, error_of, invalid_api_key

_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse requests under another host's name (421) and those a foreign page made (403).

    A page that resolves its own name to 127.0.0.1 still sends that name as Host.
    """
    if _host(headers.get("host", "")) not in _HOSTS:
        raise APIError(421, error_of("This server answers only for 127.0.0.1 and localhost."))
    origin = headers.get("origin")
    if origin is not None and not _is_ours(origin):
        raise APIError(403, error_of("Requests from web pages are refused."))
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise APIError(403, error_of("Requests from web pages are refused."))


def check_media_type(method: str, headers: Mapping[str, str], accepted: str) -> None:
    """Refuse a body that is not labelled as what the path takes: a form can post without asking."""
    label = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method == "POST" and label != accepted:
        raise APIError(415, error_of(f"The content type must be {accepted}."))


def bearer_key(headers: Mapping[str, str]) -> str:
    """The key of the request; a 401 when there is none, or when it is `bad`."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key or key == "bad":
        raise invalid_api_key()
    return key


def _host(value: str) -> str:
    """A Host header without its port."""
    if value.startswith("["):
        return value.partition("]")[0].lower() + "]"
    return value.partition(":")[0].lower()


def _is_ours(origin: str) -> bool:
    scheme, separator, host = origin.partition("://")
    return scheme == "http" and bool(separator) and _host(host) in _HOSTS
