"""The board's TLS under MicroPython against a real broker: a right name under the right authority, or no word."""

import shutil
import socket
import subprocess
import time

import pytest

from tests.board.lockstep import HERE
from tests.mpy import interpreters


def openssl(folder, *arguments: str) -> None:
    program = shutil.which("openssl")
    assert program, "openssl is not installed"
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """(folder with ca.pem and stranger.pem, port of a mosquitto that calls itself localhost)."""
    folder = tmp_path_factory.mktemp("tls")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for name in ("ca", "stranger"):
        openssl(folder, "req", "-x509", *key, "-days", "2", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.pem")  # fmt: skip
    openssl(folder, "req", *key, "-subj", "/CN=localhost", "-keyout", "broker.key", "-out", "broker.csr")
    (folder / "san").write_text("subjectAltName=DNS:localhost\n")
    openssl(folder, "x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "san", "-out", "broker.pem")  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    files = f"cafile {folder}/ca.pem\ncertfile {folder}/broker.pem\nkeyfile {folder}/broker.key\n"
    (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n{files}")
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    process = subprocess.Popen([program, "-c", folder / "mosquitto.conf"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield folder, port
    process.terminate()
    process.wait()


def said(library, secure, host: str, authority: str) -> str:
    folder, port = secure
    script = HERE / "scripts" / "secure.py"
    return interpreters.get("i386").run(
        script, host, str(port), str(folder / authority), path=(library,), heap="200k", timeout=20
    ).stdout  # fmt: skip


def test_messages_of_all_sizes_pass_and_no_turn_waits(library, secure):
    connected, acknowledged, heard = said(library, secure, "localhost", "ca.pem").split(" ", 2)
    assert (connected, acknowledged) == ("True", "4")
    sizes, _, longest = heard.rpartition(" ")
    assert sizes == "[1, 100, 1400, 3000]" and int(longest) < 1000


@pytest.mark.parametrize(
    ("host", "authority", "why"),
    [
        ("localhost", "stranger.pem", "not correctly signed by the trusted CA"),
        ("127.0.0.1", "ca.pem", "does not match with the expected CN"),
    ],
)
def test_a_broker_that_cannot_show_who_it_is_gets_no_word(library, secure, host, authority, why):
    text = said(library, secure, host, authority)
    assert text.startswith("refused") and why in text
