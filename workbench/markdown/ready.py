"""Loads what laying out needs before it is needed: the first words of an answer must not wait."""

from workbench.markdown.document import Document

_SAMPLE = "# A\n\n- `b` **c** https://d.e\n\n| f |\n|---|\n| 光 |\n\n```python\nx = 1\n```\n"


def get_ready() -> None:
    """Lay out a bit of everything once. Takes a tenth of a second; fit for another thread."""
    document = Document()
    document.feed(_SAMPLE)
    document.close()
    for row in range(document.height(80)):
        document.lay(80, row, row + 1)
        document.line(80, row)
