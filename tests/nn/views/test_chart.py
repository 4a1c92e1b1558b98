"""Charts as SVG."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.nn import Chart

SVG = "{http://www.w3.org/2000/svg}"


def shapes(chart: Chart, kind: str) -> list[ET.Element]:
    return [
        own
        for own in ET.fromstring(chart.to_svg()).iter(f"{SVG}path")
        if kind in own.get("class", "")
    ]


def test_a_line_stands_where_its_numbers_are():
    chart = Chart("x", "y", x_range=(0, 10), y_range=(0, 1)).line([0, 10], [0, 1], "rise")
    line, sample = shapes(chart, "c1 line")
    assert line.get("d") == "M54.0 255.0L446.0 31.0"
    assert sample.get("d").endswith("h20")
    texts = [own.text for own in ET.fromstring(chart.to_svg()).iter(f"{SVG}text")]
    assert texts == [
        "0",
        "2",
        "4",
        "6",
        "8",
        "10",
        "0",
        "0.2",
        "0.4",
        "0.6",
        "0.8",
        "1",
        "x",
        "y",
        "rise",
    ]


def test_a_line_breaks_where_a_number_is_missing():
    (line,) = shapes(Chart().line([0, 1, 2, 3], [0, np.nan, 1, 2]), "line")
    assert line.get("d").count("M") == 2


def test_series_differ_in_more_than_colour():
    chart = Chart().line([0, 1], [0, 1]).line([0, 1], [1, 0])
    first, second = shapes(chart, "line")
    assert first.get("stroke-dasharray") is None
    assert second.get("stroke-dasharray") == "6 3"
    marks = [own.get("d") for own in shapes(Chart().points([0], [0]).points([0], [0]), "mark")]
    assert "a4 4" in marks[0]
    assert "h7.2" in marks[1]


def test_a_field_is_blue_above_nought_and_orange_below():
    field = np.array([[1, 1, 0], [-1, 0, 0.5]])
    chart = Chart().field([0, 1, 2], [0, 1], field)
    assert len(shapes(chart, "high")) == 2
    (low,) = shapes(chart, "low")
    assert low.get("fill-opacity") == "0.50"


def test_a_logarithmic_axis_and_named_rows():
    chart = Chart(log_x=True, y_names="AB").line([0.01, 1], [0, 1])
    texts = [own.text for own in ET.fromstring(chart.to_svg()).iter(f"{SVG}text")]
    assert texts[:5] == ["0.01", "0.1", "1", "A", "B"]


@pytest.mark.parametrize("x", [[], [np.nan], [3.0], [-1e300, 1e300], [1e-9, 2e-9]])
def test_any_numbers_make_a_picture(x):
    ET.fromstring(Chart("<x>", "a & b").line(x, x, "<&>").to_svg())
    ET.fromstring(Chart().points(x, x).to_svg())


def test_faults(tmp_path):
    with pytest.raises(ValueError, match="2 places and 1 values"):
        Chart().line([0, 1], [0])
    with pytest.raises(InputError, match=r"must end in \.svg"):
        Chart().save(tmp_path / "a.png")
    Chart().line([0, 1], [0, 1]).save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
