"""How templates may be laid out without a change of what is shown; built into all templates."""

import re

from django import template
from django.template.base import Node, NodeList, Parser, TextNode, Token

register = template.Library()

LINE_BREAK = re.compile(r"\n\s*")


@register.tag
def oneline(parser: Parser, token: Token) -> Node:
    """Lay one line of output out over several: `{% oneline %} … {% endoneline %}`.

    Line breaks of the template and the indentation after them stand for nothing. Between Chinese
    words and inline elements they would show as spaces otherwise. What variables hold is kept as it
    is: only the template's own text is changed, once, when the template is compiled.
    """
    nodelist = parser.parse(("endoneline",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        if isinstance(node, TextNode):
            node.s = LINE_BREAK.sub("", node.s)
    return OneLineNode(nodelist)


class OneLineNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        return self.nodelist.render(context)
