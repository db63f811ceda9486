"""How the API parses request bodies."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from lib.text import all_without_direction


class FlatJSONParser(JSONParser):
    """Answers 400 in Chinese for invalid JSON; removes direction marks from texts."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return all_without_direction(super().parse(stream, media_type, parser_context))
        except ParseError as error:
            raise ParseError("请求内容不是有效的 JSON，无法读取。") from error
        except RecursionError as error:
            raise ParseError("请求内容嵌套过深，无法读取。") from error
