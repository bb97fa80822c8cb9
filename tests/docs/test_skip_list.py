"""The guard of tests/conftest.py, tried on suites of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='tired')\ndef test_it():\n    pass\n"


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    conftest = CONFTEST.read_text().replace('pytest_plugins = ["pytester"]\n', "")
    pytester.makeconftest(conftest)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


def allow(suite: pytest.Pytester, text: str) -> None:
    suite.mkdir("tests").joinpath("skips.txt").write_text(text)


def test_an_unlisted_skip_fails_the_run(suite):
    suite.makepyfile(test_a=SKIPPED)
    result = suite.runpytest_inprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*not listed in tests/skips.txt*", "test_a.py::test_it"])


def test_a_listed_skip_passes(suite):
    suite.makepyfile(test_a=SKIPPED)
    allow(suite, "# why\ntest_a.py::*  needs R, which few machines have\n")
    assert suite.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.OK


def test_a_listed_parameter_is_taken_literally(suite):
    marked = "pytest.param(1, marks=pytest.mark.skip)"
    suite.makepyfile(
        test_a="import pytest\n\n"
        f"@pytest.mark.parametrize('n', [{marked}])\ndef test_it(n):\n    pass\n"
    )
    allow(suite, "test_a.py::test_it[1]  the first is too slow\n")
    assert suite.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.OK


def test_an_expected_failure_is_a_skip_too(suite):
    suite.makepyfile(test_a="import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    assert 0\n")
    assert suite.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.TESTS_FAILED


def test_a_module_that_skips_itself_fails_the_run(suite):
    suite.makepyfile(test_a="import pytest\n\npytest.importorskip('no_such_module')\n")
    assert suite.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.TESTS_FAILED


def test_an_entry_without_a_reason_is_refused(suite):
    suite.makepyfile(test_a="def test_it():\n    pass\n")
    allow(suite, "test_a.py::test_it\n")
    assert suite.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.USAGE_ERROR
