import httpx


def test_every_room_is_reached_by_its_link(opened, picture):
    page = opened()
    for room in ("Play", "Inside", "Learn", "Predict"):
        page.get_by_role("link", name=room).click()
        page.wait_for_selector(f"section#{room.lower()}:visible")
        assert page.locator("main > section:visible").count() == 1
        assert page.title() == f"{room} · ribbonet"
        assert page.locator("nav a[aria-current=page]").inner_text() == room


def test_the_page_is_served_with_strict_headers(url):
    answer = httpx.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert answer.headers["x-content-type-options"] == "nosniff"
