"""HTML as Telegram reads it: a round trip for every text, one kind of error, offsets in UTF-16 units."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import as_html, detected, trimmed, utf16_len
from bot.sandbox.markup import MarkupError, parse_html

PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TAGS = st.sampled_from(
    ["b", "i", "u", "s", "code", "tg-spoiler", "blockquote", "blockquote expandable", 'a href="t.me"']
)


@st.composite
def formatted(draw: st.DrawFn) -> tuple[str, str]:
    """(HTML, the text it stands for)"""
    words = draw(PLAIN)
    if draw(st.booleans()):
        return escape(words, quote=False), words
    inner = [draw(formatted()) for _ in range(draw(st.integers(0, 2)))]
    tag = draw(TAGS)
    body, text = "".join(html for html, _ in inner), "".join(text for _, text in inner)
    return f"{escape(words)}<{tag}>{body}</{tag.split()[0]}>", words + text


@given(PLAIN)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(escape(text)) == (text, ())


@given(formatted())
def test_tags_leave_the_text_and_survive_being_written_again(pair: tuple[str, str]) -> None:
    html, text = pair

    read, entities = parse_html(html)

    assert read == text
    assert all(e["offset"] + e["length"] <= utf16_len(text) for e in entities)
    assert parse_html(as_html(read, entities)) == (read, entities)


@given(st.text(st.one_of(st.sampled_from("<>/=\"'&;b a-#x1"), st.characters()), max_size=40))
def test_whatever_is_written_it_is_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except MarkupError:
        return

    assert all(e["length"] > 0 for e in entities)
    assert utf16_len(text) <= utf16_len(source)


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>粗</b>", "粗", [("bold", 0, 1)]),
        ("<STRONG>粗</Strong>", "粗", [("bold", 0, 1)]),
        ("😀<em>斜</em>", "😀斜", [("italic", 2, 1)]),
        ("<u><s>一</s>二</u>", "一二", [("underline", 0, 2), ("strikethrough", 0, 1)]),
        ("<pre><code class='language-py'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<blockquote expandable>引</blockquote>", "引", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">藏</span>', "藏", [("spoiler", 0, 1)]),
        ("<a href='https://a.b/?x=1&amp;y=2'>去</a>", "去", [("text_link", 0, 1)]),
        ("<a href='nowhere'>去</a>", "去", []),
        ("<b></b>空", "空", []),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;", '<>&"AB', []),
        ("&nbsp;&copy;&#0;&unknown", "&nbsp;&copy;&#0;&unknown", []),
    ],
)
def test_tags_and_references(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    read, found = parse_html(html)

    assert read == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


@pytest.mark.parametrize(
    "html",
    [
        '<pre><code class="language-py">x &lt; 1</code></pre>',
        "<pre>x</pre>",
        '<tg-emoji emoji-id="5">😀</tg-emoji>',
        '去<a href="https://a.b/?x=1&amp;y=2">这<i>里</i></a>',
        "<blockquote expandable>引<b>文</b></blockquote>后",
        "<tg-spoiler>藏</tg-spoiler><code>a</code><s>b</s><u>c</u>",
    ],
)
def test_html_is_written_as_it_was_read(html: str) -> None:
    assert as_html(*parse_html(html)) == html


def test_a_language_and_a_link_are_kept() -> None:
    _, [pre] = parse_html('<pre><code class="language-py">x</code></pre>')
    _, [link] = parse_html('<a href="https://a.b/?x=1&amp;y=2">去</a>')

    assert pre["language"] == "py"
    assert link["url"] == "https://a.b/?x=1&y=2"


def test_commands_links_and_tags_are_found_in_plain_text() -> None:
    text = "发 /new 给 @zhike_bot，看 https://a.b/c。#王总 a@b.cn 1/2"
    units = text.encode("utf-16-le")

    found = [
        (e["type"], units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in sorted(detected(text), key=lambda e: e["offset"])
    ]

    assert found == [
        ("bot_command", "/new"),
        ("mention", "@zhike_bot"),
        ("url", "https://a.b/c"),
        ("hashtag", "#王总"),
        ("email", "a@b.cn"),
    ]


def test_blank_ends_are_cut_off_together_with_their_formatting() -> None:
    text, entities = trimmed("\n 好 \n", [{"type": "bold", "offset": 0, "length": 5}])

    assert text == "好"
    assert entities == [{"type": "bold", "offset": 0, "length": 1}]
