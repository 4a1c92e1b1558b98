"""Schemathesis asks the server whatever its description allows."""

import pytest
from hypothesis import HealthCheck, given, settings

AS_MANY = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_nothing_that_is_asked_makes_the_server_fail(url):
    schemathesis = pytest.importorskip("schemathesis")
    description = schemathesis.openapi.from_url(f"{url}openapi.json")
    operations = [result.ok() for result in description.get_all_operations()]
    assert {"/api/models", "/api/predict"} <= {operation.path for operation in operations}
    for operation in operations:
        assert max(answers(operation)) < 500


def answers(operation) -> list[int]:
    """Ask for one thing in many ways; the statuses of the answers."""
    statuses = []

    @AS_MANY
    @given(case=operation.as_strategy())
    def ask(case):
        statuses.append(case.call().status_code)

    ask()
    return statuses
