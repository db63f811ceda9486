"""The head and foot of a paper that goes upwards, over its text (GB/T 9704-2012, 7.2). Pure."""

from lib.official.document import Document, Form, Head, Imprint


def as_upwards(document: Document, *, number: str, signer: str, printed_by: str) -> Document:
    """Return the text under 发文机关标志, 发文字号 and 签发人, with 版记 at its end.

    `number` and `signer` are empty before it is signed; `printed_by` is the 印发机关.
    """
    return document._replace(
        form=Form.OFFICIAL,
        head=Head(document.signature, number, signer),
        imprint=Imprint((), printed_by, document.made_on),
    )
