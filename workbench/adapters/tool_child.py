"""Runs in a process of its own: reads one Python file, describes its functions or calls one.

It is started by its path, takes a JSON request on standard input and writes a JSON answer to what
was standard output; whatever the file itself prints goes to standard error. It imports nothing of
the workbench.
"""

import asyncio
import hashlib
import inspect
import json
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TextIO

_SECTION: Final = re.compile(r"^\s*(Args|Arguments|Parameters|Params)\s*:?\s*$")
_ENDING: Final = re.compile(r"^\s*(Returns?|Yields?|Raises|Examples?|Notes?|See Also)\s*:?\s*$")
_GOOGLE: Final = re.compile(r"^\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_LINK: Final = re.compile(r"\n\s*For further information visit .*")
_SPHINX: Final = re.compile(r"^\s*:param\s+(?:[\w\[\], |.]+\s+)?(\w+)\s*:\s*(.*)$")


class _ChangedError(Exception):
    """The file is not what was approved."""


def main() -> None:
    """Answer one request, and end whatever may be left over when that takes too long."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    _end_after(float(request["seconds"]))
    try:
        answer = _answer(request)
    except _ChangedError:
        answer = {"ending": "changed"}
    except BaseException as error:  # noqa: BLE001 - also SystemExit: the file may do anything
        answer = {"ending": "raised", "text": _told(error)}
        _trace(error, of=str(request["path"]))
    _write(answers, answer)


def _write(answers: TextIO, answer: Mapping[str, object]) -> None:
    json.dump(answer, answers)
    answers.flush()
    sys.stdout.flush()
    os._exit(0)  # threads and exit handlers of the file have had their time


def _end_after(seconds: float) -> None:
    """End the whole process group, in case nobody is left who would."""

    def end() -> None:
        os.killpg(0, signal.SIGKILL)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def _trace(error: BaseException, *, of: str) -> None:
    """Print where in the file it went wrong."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == of]
    lines = [*traceback.format_list(frames), *traceback.format_exception_only(error)]
    sys.stderr.write(_LINK.sub("", "".join(lines)))


def _told(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"The tool left with exit code {error.code}."
    message = _LINK.sub("", str(error)).strip()
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _answer(request: Mapping[str, Any]) -> Mapping[str, object]:  # the parent's own JSON
    module = _load(Path(request["path"]), request["code"])
    if request["do"] == "find":
        return {"ending": "returned", "functions": [_describe(f) for f in _functions(module)]}
    function = next((f for f in _functions(module) if f.__name__ == request["name"]), None)
    if function is None:
        return {"ending": "changed"}
    return _call(function, request["arguments"])


def _load(path: Path, code: str) -> ModuleType:
    """Run the very bytes that were approved."""
    source = path.read_bytes()
    if hashlib.sha256(source).hexdigest() != code:
        raise _ChangedError
    sys.path.append(str(path.parent))  # last: a neighbour called json.py must not replace json
    taken = path.stem in sys.modules or path.stem in sys.stdlib_module_names
    module = ModuleType(f"tools_{path.stem}" if taken else path.stem)
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - this is the point
    return module


def _functions(module: ModuleType) -> Iterator[Callable[..., object]]:
    """The functions that the file offers: those of ``__all__``, or its own public ones."""
    listed = getattr(module, "__all__", None)
    for name, value in vars(module).items():
        if not inspect.isfunction(value) or value.__module__ != module.__name__:
            continue
        if name in listed if listed is not None else not name.startswith("_"):
            yield value


def _describe(function: Callable[..., object]) -> Mapping[str, object]:
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    about, parameters = _documented(inspect.getdoc(function) or "")
    try:
        signature: Any = function  # pydantic reads the parameters of what it is given
        schema = TypeAdapter(signature).json_schema()
    except (PydanticUserError, TypeError, NameError) as error:
        return {"name": function.__name__, "problem": _told(error).splitlines()[0]}
    if schema.get("type") != "object":
        return {"name": function.__name__, "problem": "takes arguments without names"}
    for name, part in schema.get("properties", {}).items():
        part.pop("title", None)
        if name in parameters and "description" not in part:
            part["description"] = parameters[name]
    return {"name": function.__name__, "description": about, "parameters": _untitled(schema)}


def _untitled(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """The schema without the titles that merely repeat names."""
    if isinstance(schema, dict):
        return {
            name: {key: _untitled(value) for key, value in part.items()}
            if name == "properties"
            else _untitled(part)
            for name, part in schema.items()
            if name != "title" or not isinstance(part, str)
        }
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema


def _documented(text: str) -> tuple[str, dict[str, str]]:
    """What a docstring says of the function, and of each parameter."""
    about: list[str] = []
    parameters: dict[str, str] = {}
    place, last = "about", ""
    for line in text.splitlines():
        if found := _SPHINX.match(line):
            place, last = "parameters", found[1]
            parameters[last] = found[2].strip()
        elif _SECTION.match(line):
            place, last = "parameters", ""
        elif _ENDING.match(line) or re.match(r"^\s*:(returns?|rtype|raises)\b", line):
            place = "rest"
        elif place == "about":
            about.append(line)
        elif place == "parameters" and (found := _GOOGLE.match(line)):
            last = found[1]
            parameters[last] = found[2].strip()
        elif place == "parameters" and last and line.strip():
            parameters[last] = f"{parameters[last]} {line.strip()}".strip()
    return "\n".join(about).strip(), parameters


def _call(function: Callable[..., object], arguments: str) -> Mapping[str, object]:
    from pydantic import TypeAdapter, validate_call

    checked, values = validate_call(function), json.loads(arguments)
    begun = time.perf_counter()
    result = checked(**values)
    if inspect.isawaitable(result):
        result = asyncio.run(_awaited(result))
    took = time.perf_counter() - begun
    if not isinstance(result, str):
        result = TypeAdapter(Any).dump_json(result, fallback=str).decode()
    return {"ending": "returned", "text": result, "took": took}


async def _awaited(result: Any) -> object:  # noqa: ANN401 - whatever the function gave
    return await result


if __name__ == "__main__":
    main()
