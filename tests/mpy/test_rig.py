"""The rig itself: a failure is seen, and the heap limit is real."""

from tests.mpy.interpreters import HERE


def test_an_exception_becomes_an_exit_status_and_a_traceback(micropython, tmp_path):
    script = tmp_path / "boom.py"
    script.write_text("print('before')\n1/0\n")
    result = micropython.run(script)
    assert result.returncode == 1
    assert result.stdout.startswith("before\n")
    assert "ZeroDivisionError" in result.stderr + result.stdout


def test_a_failing_assert_fails_the_suite_and_is_named(micropython, tmp_path):
    (tmp_path / "test_two.py").write_text("def test_good():\n    pass\n\n\ndef test_bad():\n    assert 1 == 2\n")
    result = micropython.run(HERE / "minirun.py", "test_two", path=(tmp_path,))
    assert result.returncode == 1
    assert "FAIL test_two.test_bad" in result.stdout
    assert "ok test_two.test_good" in result.stdout


def test_a_module_that_cannot_be_imported_fails_the_suite(micropython, tmp_path):
    (tmp_path / "test_broken.py").write_text("import no_such_module\n")
    result = micropython.run(HERE / "minirun.py", "test_broken", path=(tmp_path,))
    assert result.returncode == 1
    assert "FAIL test_broken import" in result.stdout


def test_the_heap_limit_is_real_on_i386(micropython, tmp_path):
    script = tmp_path / "eat.py"
    script.write_text("x = []\nwhile len(x) < 200:\n    x.append(bytearray(1000))\n")
    result = micropython.run(script, heap="100k")
    out_of_memory = result.returncode == 1 and "MemoryError" in result.stderr + result.stdout
    assert out_of_memory == micropython.heap_is_real


def test_words_are_32_bits_as_on_boards(micropython, tmp_path):
    script = tmp_path / "words.py"
    script.write_text("import sys\nprint(sys.implementation.name, sys.maxsize)\n")
    assert micropython.run(script).stdout == "micropython 2147483647\n"
