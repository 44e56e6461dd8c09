import pytest

from apps.goods.services.details import clean_html


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>甜<script>alert(1)</script></p>", "<p>甜</p>"),
        ('<img src="/media/a.jpg" onerror="alert(1)">', '<img src="/media/a.jpg">'),
        ('<img src="https://pictures.example/a.jpg" alt="杯">', '<img src="https://pictures.example/a.jpg" alt="杯">'),
        ('<img src="javascript:alert(1)">', "<img>"),
        ('<img src=" JaVaScRiPt:alert(1)">', "<img>"),
        ('<img src="data:image/svg+xml;base64,AAAA">', "<img>"),
        ('<img src="a.jpg">', "<img>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<p style="background:url(//x)" class="y">x</p>', "<p>x</p>"),
        ("<iframe src=//x></iframe><svg onload=alert(1)></svg>", ""),
        ("<table><tbody><tr><td colspan=2>x</td></tr></tbody></table>",) * 2,
        ("<p>cut <b>off", "<p>cut <b>off</b></p>"),
        ("plain 文字 & more", "plain 文字 &amp; more"),
    ],
)
def test_g8_details_keep_only_harmless_markup(html: str, clean: str) -> None:
    assert clean_html(html) == clean.replace("colspan=2", 'colspan="2"')


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_html('<p title="a&b">1 < 2<img src=/media/x.png></p>')

    assert clean_html(once) == once
