from saas_app.market.shelf import Shelf


def test_what_is_kept_is_not_made_again():
    shelf = Shelf[int](room=2)
    made = []
    for _ in range(3):
        assert shelf.get("a", lambda: made.append(1) or len(made)) == 1


def test_the_longest_unasked_goes_first():
    shelf = Shelf[str](room=2)
    for key in "abac":
        shelf.get(key, lambda: "first")
    assert shelf.get("a", lambda: "again") == "first"
    assert shelf.get("b", lambda: "again") == "again"
    assert len(shelf) == 2
