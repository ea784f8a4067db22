"""What a board gets: every file, constants in place, and an image that MicroPython executes from."""

import ast
import builtins
import json
import subprocess
import sys

import pytest

from firmware_bridge.board import modules
from firmware_bridge.boardimage import build, constants, linked, romfs, unused
from tests.board.lockstep import HERE
from tests.mpy import interpreters
from tests.mpy.interpreters import ROOT

pytestmark = pytest.mark.xdist_group("image")  # made once for all

TWO = {
    "a.codes": (
        "FIRST = 3\n_SECOND = FIRST * 2\nWIDE = 1 << 20\nKEPT = 7\nTEXT = 'FIRSTS KEPT'\nLIST = (FIRST, _SECOND)\n"
    ),
    "a.user": (
        "from a import codes\nfrom a.codes import WIDE\nLIMIT = -codes.FIRST + WIDE\n\n\n"
        "def f(x):\n    return x == codes.FIRST or x > LIMIT or x in codes.LIST or getattr(codes, 'KEPT')\n"
    ),
}


def run(texts: dict[str, str], value: int) -> object:
    import types

    made = {"a": types.ModuleType("a")}
    for name, text in texts.items():
        module = types.ModuleType(name)
        made[name] = module
        setattr(made["a"], name[2:], module)
        sys.modules.update(made)
        exec(text, module.__dict__)
    found = made["a.user"].f(value)
    for name in made:
        del sys.modules[name]
    return found


def test_constants_are_put_where_they_are_used_and_mean_the_same():
    folded = constants.folded(TWO)
    assert "codes.FIRST" not in folded["a.user"] and "LIMIT" not in folded["a.user"]
    assert "x == 3 or x > 1048573" in folded["a.user"]
    assert "FIRST =" not in folded["a.codes"] and "WIDE" not in folded["a.codes"]
    for value in (3, 6, 0, 1 << 20):
        assert run(TWO, value) == run(folded, value)


def test_a_constant_that_is_reached_by_its_name_stays():
    assert "KEPT = 7" in constants.folded(TWO)["a.codes"]


@pytest.mark.parametrize(
    "text",
    [
        "N = 1\nN = 2\ndef f():\n    return N\n",
        "N = 1\ndef f(N):\n    return N\n",
        "N = 1\ndef f():\n    for N in (5, 6):\n        pass\n    return N\n",
        "N = 1.5\ndef f():\n    return N\n",
        "N = True\ndef f():\n    return N\n",
        "name = 1\ndef f():\n    return name\n",
    ],
)
def test_what_is_not_certainly_a_constant_is_left_alone(text):
    assert constants.folded({"m": text})["m"].split() == text.split()


def test_the_lists_for_mip_name_every_file_and_nothing_else(image):
    checked_in = (ROOT / "package.json").read_text()
    assert checked_in == build.package_json(build.sources(), ".py"), "run: python -m firmware_bridge.boardimage --lists"
    for destination, source in json.loads(checked_in)["urls"]:
        assert (ROOT / source).is_file() and destination == source
    listed = json.loads((image / "files" / "package.json").read_text())["urls"]
    there = {str(path.relative_to(image / "files")) for path in (image / "files").rglob("*.mpy")}
    assert {source for _, source in listed} == there


def test_a_firmware_build_freezes_every_module_and_nothing_else(image, tmp_path):
    """As the tool of MicroPython's own build reads the manifest, for a port with a manifest of its own."""
    tools = interpreters.FIRMWARE.parent / "src" / "tools"
    if not tools.is_dir():
        pytest.skip("no source of MicroPython: make test fetches it")
    port = tmp_path / "port"
    (port / "boards").mkdir(parents=True)
    (port / "boards" / "manifest.py").write_text('module("of_the_port.py", base_path=".")\n')
    (port / "boards" / "of_the_port.py").write_text("")
    read = (
        "import sys; sys.path.insert(0, sys.argv[1]); import manifestfile as m\n"
        "f = m.ManifestFile(m.MODE_FREEZE, {'PORT_DIR': sys.argv[2], 'MPY_LIB_DIR': ''}); f.execute(sys.argv[3])\n"
        "for one in f.files(): print(one.target_path, one.opt)"
    )
    command = [sys.executable, "-c", read, str(tools), str(port), str(image / "manifest.py")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    listed = json.loads((image / "files" / "package.json").read_text())["urls"]
    expected = {path.removesuffix(".mpy") + ".py 3" for path, _ in listed} | {"of_the_port.py None"}
    assert set(result.stdout.splitlines()) == expected


def test_models_that_were_not_asked_for_are_left_out(image, tmp_path):
    wire = image / "files" / "aqsense" / "wire"
    assert (wire / "plantower.mpy").exists() and not (wire / "nova.mpy").exists()
    with pytest.raises(build.CannotBuild, match="pms5030"):
        build.build(tmp_path, ["pms5030"])


def test_micropython_executes_from_the_image(image, tmp_path):
    script = tmp_path / "use.py"
    script.write_text(
        "from mount_rom import mount\n"
        f"mount({str(image / 'aqsense.romfs')!r})\n"
        "from firmware_bridge.board import resident\n"
        "from aqsense.wire import registry\n"
        "d = registry.open('pms5003')\n"
        "f = bytes.fromhex('424d001c0026003a003f001d002d0038192307440149002a0006000297000366')\n"
        "d.receive_data(f, len(f))\n"
        "print(d.next_event(), d.values[4], resident.__file__)\n"
    )
    result = interpreters.get("i386").run(script, path=(HERE / "shims",), heap="200k")
    assert result.stdout == "1 58 /rom/firmware_bridge/board/resident.mpy\n", result.stdout + result.stderr


def test_an_image_is_laid_out_as_documented():
    """Header, length, then records of kind, length, payload; an odd image gets its length padded in front."""
    assert romfs.image({"a": b"xy"}).hex() == "d2cd31" + "08" + "0506" + "0161" + "0202" + "7879"
    assert romfs.image({"a": b"x"}).hex() == "d2cd31" + "8007" + "0505" + "0161" + "0201" + "78"
    assert romfs.image({"d/a": b""}).hex() == "d2cd31" + "0a" + "0408" + "0164" + "0504" + "0161" + "0200"


def test_make_board_prints_sizes_and_where_things_are(tmp_path):
    command = [
        sys.executable,
        "-m",
        "firmware_bridge.boardimage",
        "--out",
        str(tmp_path / "out"),
        "--models",
        "pms5003",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert "| all |" in result.stdout and "aqsense.romfs" in result.stdout
    for name in ("main.py", "aqsense.example.json", "package.json"):
        assert (tmp_path / "out" / "files" / name).is_file()


def test_the_example_configuration_is_good():
    from firmware_bridge.board import config

    assert config.check(json.loads(build.example())).home == "maple"


HOSTS = {
    "a.kept": (
        "from a import seen\nfrom a.seen import Shape\nfrom a.seen import told\n\n\n"
        "class Thing:\n    shape: Shape\n\n    @property\n    def idle(self) -> int:\n        return deep(self)\n\n"
        "    def named(self, other: Shape) -> int:\n        'Says it.'\n        return seen.LEVEL\n\n\n"
        "def deep(thing: Thing) -> int:\n    return 1\n\n\n"
        "def begin() -> int:\n    return Thing().named(getattr(seen, 'spelt')())\n"
    ),
    "a.seen": "LEVEL = 4\n\n\nclass Shape:\n    pass\n\n\ndef told():\n    pass\n\n\ndef spelt():\n    pass\n",
    "a.passes": "from a.kept import told\n\n\ndef begin():\n    return told()\n",
}


MANY = {
    "a.low": (
        "import struct\nN = [1]\n\n\ndef size(n):\n    return struct.calcsize('<%dB' % n)\n\n\nclass Low:\n    n = N\n"
    ),
    "a.high": (
        "import struct\nfrom a import low\nfrom a.low import Low, size as bytes_of\n\ncount = 0\n\n\n"
        "class High(Low):\n    size = 2\n\n    def sizes(self, low=low.size):\n        n = self.size\n"
        "        return [low(x) + bytes_of(n) for x in low_to(n)] + [size for size in low_to(1)]\n\n\n"
        "def low_to(size):\n    from a import low as below\n\n    global count\n    count += below.size(1)\n"
        "    return (lambda low: range(low))(size)\n\n\ndef counted():\n    return count, struct.calcsize('<i')\n"
    ),
    "a.user": (
        "from a.high import High, low_to\nfrom a import high\n\n\ndef f(x):\n    from a import low\n\n"
        "    return High().sizes(), low.N, list(low_to(x)), high.counted(), issubclass(high.High, low.Low)\n"
    ),
}


def test_modules_made_one_mean_the_same(monkeypatch):
    monkeypatch.setattr(linked, "COMMON", "a.resident")
    made = linked.linked(MANY, ["a.low", "a.high"])
    assert sorted(made) == ["a.resident", "a.user"]
    assert "class high__High(low__Low)" in made["a.resident"] and made["a.resident"].count("import struct") == 1
    names = dict.fromkeys(("a.resident", "a.user"))
    assert run({name: made[name] for name in names}, 3) == run(MANY, 3)
    assert run(MANY, 3) == ([2, 3, 0], [1], [0, 1, 2], (3, 4), True)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"a.one": "", "b.one": ""}, "two modules of one name"),
        ({"a.one": "import x as y\n", "a.two": "import z as y\n"}, "bind one name"),
        ({"a.one": "N = [1]\n", "a.two": "from a import one\nprint(one)\n"}, "as a value"),
        ({"a.one": "from math import pi\n", "a.two": "from a.one import pi\nprint(pi)\n"}, "of its own"),
    ],
)
def test_what_cannot_be_made_one_is_refused_with_a_reason(texts, why):
    with pytest.raises(linked.CannotLink, match=why):
        linked.linked(texts, list(texts))


def test_what_nothing_names_is_left_out_and_what_is_reached_by_a_text_stays():
    left = unused.dropped(HOSTS, "begin()")
    assert "idle" not in left["a.kept"] and "deep" not in left["a.kept"], "named by what nobody names"
    assert "Shape" not in left["a.kept"], "an import that only annotations needed"
    assert "import told" in left["a.kept"], "another module reads it from here"
    assert "def spelt" in left["a.seen"] and "def named" in left["a.kept"] and "def begin" in left["a.passes"]


def test_no_module_of_a_board_loses_a_name_that_it_reads():
    """Every global name that a module reads is bound in it, before and after."""
    sources = build.sources()
    made = build.folded(sources)
    assert made.keys() == sources.keys() - (set(modules.ORDER) - set(modules.THIN)) | {linked.COMMON}
    for module, text in made.items():
        tree = ast.parse(text)
        bound = {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        }
        bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        bound |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assert read <= bound | set(dir(builtins)), (module, read - bound)
