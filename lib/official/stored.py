"""A document as JSON and back, so that issued documents stay readable when the code changes."""

from enum import Enum
from typing import Any

from cattrs.cols import (
    is_namedtuple,
    namedtuple_dict_structure_factory,
    namedtuple_dict_unstructure_factory,
)
from cattrs.preconf.json import JsonConverter, make_converter

from lib.official.document import Document

# Increase it when a field is renamed or removed; `document_from` must then read older shapes too.
SHAPE = 1


def document_to_json(document: Document) -> dict[str, Any]:
    """Return the document in plain JSON values, every field by its name."""
    return {"shape": SHAPE, "document": _CONVERTER.unstructure(document)}


def document_from(stored: dict[str, Any]) -> Document:
    """Return the stored document. Raises cattrs.BaseValidationError for anything else.

    A field that was added later gets its default. An unknown field is refused, so that no part of
    an issued document is dropped without notice.
    """
    return _CONVERTER.structure(stored["document"], Document)


def _converter() -> JsonConverter:
    made = make_converter()
    made.register_unstructure_hook_factory(
        is_namedtuple, lambda kind: namedtuple_dict_unstructure_factory(kind, made)
    )
    made.register_structure_hook_factory(
        is_namedtuple,
        # True: refuse unknown keys. The last two arguments are positional in cattrs.
        lambda kind: namedtuple_dict_structure_factory(kind, made, "from_converter", True),
    )
    # By name: the numbers of auto() change when a member is inserted between two others.
    made.register_unstructure_hook_func(_is_enum, lambda member: member.name)
    made.register_structure_hook_func(_is_enum, lambda name, kind: kind[name])
    return made


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


_CONVERTER = _converter()
