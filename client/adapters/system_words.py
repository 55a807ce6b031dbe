"""What the system says of a connection that was not made, without what only a program reads."""

import os
import socket
import ssl


def system_words(error: BaseException) -> str:
    """The reason under an error: ``Connection refused`` for ``[Errno 111] Connect call failed``.

    asyncio puts the number and the address in the place of the system's words. Names that are not
    found and certificates that do not hold have words of their own, which stay.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, socket.gaierror):
        return cause.strerror or str(cause)
    if cause is None or isinstance(cause, ssl.SSLError) or not cause.errno:
        return str(error)
    return os.strerror(cause.errno)
