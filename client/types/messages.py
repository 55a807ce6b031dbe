"""The messages of a conversation, and short functions that make them. No I/O."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from client.types.base import WireValue
from client.types.tools import ExecutedTool, ToolCall


class TextPart(WireValue):
    """A piece of text in a message of several parts."""

    type: Literal["text"] = "text"
    text: str


class ImageURL(WireValue):
    """Where an image is: an https URL that the service fetches, or a data URL."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


class ImagePart(WireValue):
    """An image in a user's message, for models with vision."""

    type: Literal["image_url"] = "image_url"
    image_url: ImageURL


class Document(WireValue):
    """A document to ground the answer in; ``data`` is a JSON value."""

    data: object = None
    id: str | None = None


class DocumentPart(WireValue):
    """A document in a message."""

    type: Literal["document"] = "document"
    document: Document


ContentPart: TypeAlias = Annotated[TextPart | ImagePart | DocumentPart, Field(discriminator="type")]
"""A piece of a message; ``type`` says of what kind."""
Content: TypeAlias = str | tuple[ContentPart, ...]


class SystemMessage(WireValue):
    """Instructions that stand above the conversation; ``developer`` means the same."""

    role: Literal["system", "developer"] = "system"
    content: Content
    name: str | None = None


class UserMessage(WireValue):
    """What the user says or shows."""

    role: Literal["user"] = "user"
    content: Content
    name: str | None = None


class Annotation(WireValue):
    """A citation of a document or of a tool's result."""

    type: str | None = None


class AssistantMessage(WireValue):
    """What the model says: in a reply, and sent back as history.

    A message with tool calls often has no content at all. ``executed_tools``, ``annotations``
    and unknown fields are the service's word only: they are not sent back (groq-api 2.2).
    """

    role: Literal["assistant"] = "assistant"
    content: Content | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    executed_tools: tuple[ExecutedTool, ...] | None = None
    annotations: tuple[Annotation, ...] | None = None
    name: str | None = None

    @property
    def text(self) -> str:
        """The content as one string, "" when there is none."""
        if isinstance(self.content, tuple):
            return "".join(part.text for part in self.content if isinstance(part, TextPart))
        return self.content or ""


class ToolMessage(WireValue):
    """The result of a tool call, on its way back to the model."""

    role: Literal["tool"] = "tool"
    content: Content
    tool_call_id: str
    name: str | None = None


class FunctionMessage(WireValue):
    """The result of a call in the deprecated form."""

    role: Literal["function"] = "function"
    content: Content | None = None
    name: str


Message: TypeAlias = Annotated[
    SystemMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage,
    Field(discriminator="role"),
]
"""Any message; ``role`` says of what kind."""


def system(content: str) -> SystemMessage:
    """Instructions for the whole conversation."""
    return SystemMessage(content=content)


def user(*content: str | TextPart | ImagePart | DocumentPart) -> UserMessage:
    """A user's message: one string, or strings and parts in order."""
    if len(content) == 1 and isinstance(content[0], str):
        return UserMessage(content=content[0])
    parts = tuple(TextPart(text=part) if isinstance(part, str) else part for part in content)
    return UserMessage(content=parts)


def assistant(
    content: str | None = None, *, tool_calls: tuple[ToolCall, ...] | None = None
) -> AssistantMessage:
    """An earlier turn of the model."""
    return AssistantMessage(content=content, tool_calls=tool_calls)


def tool(content: str, *, tool_call_id: str) -> ToolMessage:
    """The result of the call ``tool_call_id``."""
    return ToolMessage(content=content, tool_call_id=tool_call_id)


def image(url: str, *, detail: Literal["auto", "low", "high"] | None = None) -> ImagePart:
    """An image for ``user(...)``: an https URL or a data URL."""
    return ImagePart(image_url=ImageURL(url=url, detail=detail))
