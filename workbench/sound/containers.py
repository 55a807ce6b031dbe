"""Files that PyAV opens: containers of sound, and never a list of other files."""

import os
from pathlib import Path
from typing import Any, Final

_DEMUXERS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ac3,eac3,amr,ape,asf,avi,caf,dts,flac,flv,mp3,mpeg,"
    "mpegts,ogg,tta,wav,wv,aiff"
)
_OPTIONS: Final = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}


# PyAV is optional, so its types may not be at hand.
def open_container(path: Path) -> Any:  # noqa: ANN401
    """Open a file. Raises ``av.error.FFmpegError``.

    A playlist makes FFmpeg open what it names, from this disk or from the network, whatever the
    file is called: a file that somebody sent must not do that.
    """
    import av

    return av.open(os.fspath(path), options=_OPTIONS)
