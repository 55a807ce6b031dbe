"""No text made on the spot is read as markup: it goes through `Content`, which reads none."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

READS_MARKUP = frozenset(
    {
        *("Static", "Label", "Button", "Checkbox", "RadioButton", "Link", "Collapsible", "Tab"),
        *("TabPane", "Option", "OptionList", "Selection", "SelectionList", "Select", "Digits"),
        *("update", "notify", "add_option", "add_options", "set_options", "add_leaf"),
        *("add_row", "add_column", "render_str"),
    }
)
"""Widgets and methods that read a string as markup."""
TITLES = frozenset({"border_title", "border_subtitle", "tooltip", "label"})
"""Attributes that do."""
FORBIDDEN = frozenset({"from_markup", "from_ansi", "RichLog", "DataTable", "MarkdownViewer"})
"""Names that have no place here: they read markup or escapes."""
WITHOUT_SCREEN = ("simulator", "session", "adapters", "recorder", "sound", "audio")
CLICKABLE = ("widgets/key_bar.py",)
"""Where an action is put on a text; the action is a command's own name."""


class _Made(ast.NodeVisitor):
    """Finds strings that are put together, in calls and attributes that read markup."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []
        self._texts: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer, self._texts = self._texts, set(self._texts)
        arguments = [*node.args.args, *node.args.kwonlyargs]
        self._texts |= {each.arg for each in arguments if _is_str(each.annotation)}
        self.generic_visit(node)
        self._texts = outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - as ast has it

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                made = self._is_made(node.value)
                (self._texts.add if made else self._texts.discard)(target.id)
            elif isinstance(target, ast.Attribute) and target.attr in TITLES:
                self._look(node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name == "update" and ast.unparse(node.func).endswith("entry.update"):
            name = ""  # an entry of the conversation, which knows no markup
        literal = any(
            word.arg == "markup" and isinstance(word.value, ast.Constant) and not word.value.value
            for word in node.keywords
        )
        if name in READS_MARKUP and not literal:
            for value in [*node.args, *(word.value for word in node.keywords if word.arg != "id")]:
                self._look(value)
        for word in node.keywords:
            if word.arg == "markup" and not (
                isinstance(word.value, ast.Constant) and word.value.value is False
            ):
                self.found.append((node.lineno, "markup is read"))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in FORBIDDEN:
            self.found.append((node.lineno, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in FORBIDDEN:
            self.found.append((node.lineno, node.attr))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "@click" in node.value:
            self.found.append((node.lineno, "@click"))

    def _look(self, value: ast.expr) -> None:
        if self._is_made(value):
            self.found.append((value.lineno, ast.unparse(value)))

    def _is_made(self, value: ast.expr) -> bool:
        match value:
            case ast.JoinedStr():
                return True
            case ast.Constant(value=str(text)):
                return "[" in text
            case ast.Name(id=name):
                return name in self._texts
            case ast.BinOp(left=left, right=right):
                return self._is_made(left) or self._is_made(right)
            case ast.IfExp(body=body, orelse=other):
                return self._is_made(body) or self._is_made(other)
            case ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                return self._is_made(inner)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()))):
                return True  # "...".join(), "...".format()
            case ast.Call(func=function):
                return _name(function) in {"str", "repr", "neutralise", "neutralise_line"}
            case _:
                return False


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _is_str(annotation: ast.expr | None) -> bool:
    return annotation is not None and ast.unparse(annotation) in {"str", "str | None"}


def offences(source: str) -> Iterator[tuple[int, str]]:
    made = _Made()
    made.visit(ast.parse(source))
    yield from made.found


def test_no_text_is_put_together_where_markup_is_read(repository: Path) -> None:
    top = repository / "workbench"
    found = []
    for file in sorted(top.rglob("*.py")):
        place = file.relative_to(top)
        if place.parts[0] in WITHOUT_SCREEN:
            continue
        for line, what in offences(file.read_text("utf-8")):
            if not (what == "@click" and str(place) in CLICKABLE):
                found.append(f"{place}:{line}: {what}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "Static(f'{model}')",
        "Label('a' + name.title() + f'{b}')",
        "x.update(f'{a}')",
        "def f(text: str): x.update(text)",
        "told = f'{a}'\nStatic(told)",
        "box.border_title = f'{a}'",
        "def f(note: str): box.border_subtitle = note",
        "app.notify(f'{a}')",
        "app.notify('a', markup=True)",
        "Static(', '.join(names))",
        "Static('[b]x[/b]')",
        "Option(neutralise(x))",
        "OptionList(*(Option(f'{n}') for n in names))",
        "Content.from_markup(x)",
        "Text.from_ansi(x)",
        "Style.from_meta({'@click': 'app.quit'})",
    ],
)
def test_an_offence_is_seen(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source",
    [
        "Static(Content(f'{model}'))",
        "Static(Content.styled(f'{a}', '$text-error'))",
        "app.notify(f'{a}', markup=False)",
        "x.update(Content.assemble((name, 'bold')))",
        "Static('as it is')",
        "Static(id='a')",
    ],
)
def test_what_is_right_is_left_alone(source: str) -> None:
    assert not list(offences(source))
