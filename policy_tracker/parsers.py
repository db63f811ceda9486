"""How the API reads what it is sent."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from lib.text import all_without_direction


class FlatJSONParser(JSONParser):
    """JSON nested deeper than Python reads is unreadable, not a fault of ours.

    Its texts come without marks of direction, as those of forms do.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The parsed body; ParseError (400) where it is too deep."""
        try:
            return all_without_direction(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise ParseError("请求内容嵌套过深，无法读取。") from error
