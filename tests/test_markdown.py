"""Markdown as it may be shown: an allow-list, and nothing that was typed is carried out."""

import pytest

from eventdesk.markdown import markdown


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*so*", "<p><em>so</em></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](https://evil.example/x.png)", "<p></p>\n"),
        ("[x](https://a.example)", '<p><a href="https://a.example" rel="noopener nofollow">x</a></p>\n'),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>\n"),
    ],
)
def test_markdown_becomes_safe_html(source: str, html: str) -> None:
    assert markdown(source) == html
