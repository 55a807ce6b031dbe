"""Arithmetic, worked out. No I/O."""

import ast
import operator
import re
from collections.abc import Callable

_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_SPOKEN = (
    (r"\bplus\b", "+"),
    (r"\bminus\b", "-"),
    (r"\b(?:times|multiplied by)\b|(?<=\d)\s*[x\xd7]\s*(?=\d)", "*"),
    (r"\bdivided by\b|\xf7", "/"),
    (r"\bto the power of\b|\^", "**"),
    (r"\bsquared\b", "**2"),
)
_SUM = re.compile(r"[-(]*\d[\d\s.,+\-*/()]*[+\-*/][\d\s.,+\-*/()]*[\d)]")
_LARGEST_POWER = 64


def work_out(question: str) -> str | None:
    """The calculation in a question and its result in Markdown, or None when there is none."""
    if percent := _PERCENT.search(question):
        share, whole = float(percent.group(1)), float(percent.group(2))
        return (
            f"{_plain(share)} % of {_plain(whole)} is **{_plain(share * whole / 100)}**: "
            f"{_plain(whole)} x {_plain(share)} / 100."
        )
    spoken = question
    for pattern, sign in _SPOKEN:
        spoken = re.sub(pattern, sign, spoken, flags=re.IGNORECASE)
    found = _SUM.search(spoken)
    if found is None or re.fullmatch(r"[\d\s-]+", found.group()):
        return None
    expression = " ".join(found.group().replace(",", "").split())
    value = evaluate(expression)
    if value is None:
        return None
    return f"`{expression}` is **{_plain(value)}**."


def evaluate(expression: str) -> float | None:
    """The value of an arithmetic expression, or None when it is none or cannot be computed."""
    try:
        return _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        return None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            a, b = _value(left), _value(right)
            if isinstance(op, ast.Pow) and abs(b) > _LARGEST_POWER:
                raise ValueError("too large a power")
            return _OPERATORS[type(op)](a, b)
    raise ValueError("not arithmetic")


def _plain(number: float) -> str:
    if isinstance(number, complex):
        return str(number)
    return f"{int(number):,}" if float(number).is_integer() else f"{number:,.6g}"
