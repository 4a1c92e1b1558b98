"""`ribbonet models`: what the package brings."""

import json


def test_each_model_is_shown_with_its_scores(ribbonet):
    done = ribbonet("models")
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert [line.split(":")[0] for line in lines if not line.startswith(" ")] == [
        "accurate (the default)",
        "accurate-msa",
        "fast",
        "disorder",
        "topology",
    ]
    assert any(line.startswith("  chezod    Spearman 0.6") for line in lines)
    assert any(line.startswith("  tmbed     accuracy 0.9") for line in lines)
    assert sum(line.startswith("  cb513_q3") for line in lines) == 3
    assert sum("by residues of a chain: to 100 " in line for line in lines) == 9
    near = [line for line in lines if "by identity to the nearest chain trained on: none" in line]
    assert all("0 to 25 %" in line for line in near)
    assert len(near) >= 3
    assert all("BSD-3-Clause" in line for line in lines if "licence" in line)


def test_the_cards_as_json(ribbonet):
    cards = json.loads(ribbonet("models", "--json").stdout)
    assert list(cards) == ["accurate", "accurate-msa", "fast", "disorder", "topology"]
    assert [cards[name]["task"] for name in ("disorder", "topology")] == ["values", "classes"]
    assert cards["fast"]["baseline"]["name"] == "the network of 1988, on the same data"
    of_structure = [cards[name] for name in ("accurate", "accurate-msa", "fast")]
    assert all(score["q3"] > 60 for card in of_structure for score in card["scores"])
