"""Brokers of every kind: encrypted, guarded, old, wrong; and what a person is told about each."""

import shutil
import subprocess
import sys
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from firmware_bridge.broker import Broker, Received
from firmware_bridge.config import Mqtt
from tests.bridge.bench_parts import AQSENSE, Bench, Process, free_port, wait_for

PMS = {"id": "s1", "model": "pms5003", "room": "kitchen"}


def _certificates(directory: Path) -> None:
    """An authority, a broker's certificate signed by it, and a stranger's authority."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is not installed"

    def call(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=directory, check=True, capture_output=True)

    for name in ("ca", "stranger"):
        call("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
             "-keyout", f"{name}.key", "-out", f"{name}.pem")  # fmt: skip
    call(
        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "broker.key", "-out", "broker.csr"
    )
    (directory / "san").write_text("subjectAltName=DNS:localhost\n")
    call("x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "san", "-out", "broker.pem")  # fmt: skip


def _guarded(bench: Bench) -> tuple[int, Path]:
    """A mosquitto that wants a name and a password, and the file with the right one."""
    passwords = bench.directory / "passwords"
    tool = shutil.which("mosquitto_passwd")
    assert tool, "mosquitto_passwd is not installed"
    subprocess.run([tool, "-b", "-c", str(passwords), "aqsense", "right"], check=True, capture_output=True)
    passwords.chmod(0o644)
    broker = bench.mosquitto(f"password_file {passwords}", anonymous=False)
    secret = bench.directory / "secret"
    secret.write_text("right\n")
    return broker.port, secret


def test_a_password_opens_the_broker_and_appears_nowhere(bench: Bench) -> None:
    port, secret = _guarded(bench)
    listener = bench.listener(port, user=("aqsense", "right"))
    bench.sensor("pms5003", link="pms")
    mqtt = {"username": "aqsense", "password_file": str(secret)}
    daemon = bench.daemon(bench.config(port, [{**PMS, "port": bench.link("pms")}], mqtt=mqtt))
    listener.wait("measured/s1/all")
    listener.wait("/health")
    assert "right" not in daemon.said()
    assert all("right" not in str(body) for body in listener.of("aqsense/"))


def test_a_wrong_password_is_named_and_the_readings_wait_in_the_store(bench: Bench) -> None:
    port, secret = _guarded(bench)
    secret.write_text("wrong\n")
    bench.sensor("pms5003", link="pms")
    mqtt = {"username": "aqsense", "password_file": str(secret)}
    config = bench.config(port, [{**PMS, "port": bench.link("pms")}], mqtt=mqtt)
    daemon = bench.daemon(config)
    wait_for(lambda: "mqtt.password_file" in daemon.said(), 10, "the line about the password")
    assert "wrong" not in daemon.said()
    wait_for((bench.directory / "state" / "aqsense.db").exists)
    daemon.stop()
    secret.write_text("right\n")
    listener = bench.listener(port, user=("aqsense", "right"))
    bench.daemon(config)
    listener.wait("measured/s1/all")


@pytest.mark.parametrize(
    ("authority", "host", "said"),
    [
        ("ca.pem", "localhost", ""),
        ("stranger.pem", "localhost", "mqtt.ca_file"),
        ("ca.pem", "127.0.0.1", "mqtt.ca_file"),
    ],
)
def test_tls_speaks_only_to_the_broker_that_it_can_verify(bench: Bench, authority: str, host: str, said: str) -> None:
    _certificates(bench.directory)
    (bench.directory / "broker.key").chmod(0o644)
    folder = bench.directory
    tls = (f"cafile {folder}/ca.pem", f"certfile {folder}/broker.pem", f"keyfile {folder}/broker.key")
    broker = bench.mosquitto(*tls)
    mqtt = {"url": f"mqtts://{host}:{broker.port}", "ca_file": str(folder / authority)}
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}], mqtt=mqtt))
    if said:
        wait_for(lambda: "TLS to" in daemon.said(), 10, "the line about TLS")
        line = next(line for line in daemon.said().splitlines() if "TLS to" in line)
        assert said in line
        assert "connected" not in daemon.said()
    else:
        wait_for(lambda: "connected to mqtts" in daemon.said(), 10, "a connection")
    assert daemon.stop() == 0


def test_tls_towards_a_plain_broker_fails_and_says_so(bench: Bench) -> None:
    broker = bench.mosquitto()
    mqtt = {"url": f"mqtts://localhost:{broker.port}"}
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}], mqtt=mqtt))
    wait_for(lambda: "TLS" in daemon.said(), 10, "the line about TLS")


def test_nobody_at_the_address_is_said_once(bench: Bench) -> None:
    daemon = bench.daemon(bench.config(free_port(), [{**PMS, "port": bench.link("nothing")}]))
    wait_for(lambda: "nothing listens at" in daemon.said(), 10, "the line about the broker")
    assert daemon.stop() == 0
    assert daemon.said().count("nothing listens at") == 1


def test_mqtt_3_1_1_by_option(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}], mqtt={"version": 311}))
    listener.wait("measured/s1/all")
    assert "by MQTT 3.1.1" in daemon.said()


def test_a_broker_that_knows_3_1_1_only_is_fallen_back_to_and_that_is_said(bench: Bench) -> None:
    port = free_port()
    broker: Process = bench.run("amqtt", [sys.executable, "-m", "firmware_bridge.commands.demo_broker", str(port)])
    daemon = bench.daemon(bench.config(port, [{**PMS, "port": bench.link("nothing")}]))
    wait_for(lambda: "by MQTT 3.1.1" in daemon.said(), 20, "the fallback")
    assert "mqtt.version = 311" in daemon.said()
    assert "refused" not in daemon.said()
    where = ["--broker", f"mqtt://127.0.0.1:{port}", "--home", "maple"]
    found = subprocess.run([*AQSENSE, "status", *where], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert daemon.stop() == 0
    assert broker.child.poll() is None


def test_status_reads_what_stands_at_the_broker(bench: Bench) -> None:
    import json

    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}]))
    listener.wait("sensor/s1/status", lambda body: body["state"] == "online")
    where = ["--broker", f"mqtt://127.0.0.1:{broker.port}", "--home", "maple", "--json"]
    found = subprocess.run([*AQSENSE, "status", *where], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    report = json.loads(found.stdout)
    assert report["state"] == "online"
    expected = {"sid": "s1", "room": "kitchen", "model": "pms5003", "state": "online", "reason": None}
    assert report["sensors"] == [expected]
    missing = subprocess.run([*AQSENSE, "status", *where[:3], "oak"], capture_output=True, text=True, check=False)
    assert missing.returncode == 1
    assert missing.stderr.count("\n") == 1


def test_with_the_shipped_access_list_a_hub_asks_but_neither_forgets_nor_exports(bench: Bench) -> None:
    import json

    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion

    passwords = bench.directory / "passwords"
    for user in ("aqsense", "hub", "owner"):
        create = ["-c"] if user == "aqsense" else []
        subprocess.run(["mosquitto_passwd", "-b", *create, str(passwords), user, user], check=True, capture_output=True)
    passwords.chmod(0o644)
    rules = (Path("firmware_bridge/service/mosquitto.acl")).resolve()
    broker = bench.mosquitto(f"password_file {passwords}", f"acl_file {rules}", anonymous=False)
    secret = bench.directory / "secret"
    secret.write_text("aqsense\n")
    listener = bench.listener(broker.port, "aqsense/#", user=("hub", "hub"))
    bench.sensor("pms5003", link="pms")
    mqtt = {"username": "aqsense", "password_file": str(secret)}
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}], mqtt=mqtt))
    listener.wait("measured/s1/all")
    hub = paho.Client(CallbackAPIVersion.VERSION2)
    hub.username_pw_set("hub", "hub")
    hub.connect("127.0.0.1", broker.port)
    hub.loop_start()
    for number, verb in enumerate(("forget", "export", "describe")):
        body = {"schema": "request/1", "id": f"h{number}", "from": "hub", "args": {"all": True}}
        hub.publish(f"aqsense/v1/maple/request/{verb}", json.dumps(body), 1).wait_for_publish(5)
    listener.wait("reply/hub/h2", lambda body: body["status"] == "ok")
    assert listener.of("reply/hub/h0") == []
    assert listener.of("reply/hub/h1") == []
    assert "refuses messages" not in daemon.said()
    hub.disconnect()
    hub.loop_stop()


def test_a_topic_that_is_no_text_does_not_end_the_thread_of_the_connection() -> None:
    broker = Broker(Mqtt(), "aqsense-test", lambda: None)
    client = broker._new_client()
    for topic in (b"aqsense/v1/maple/request/\xff", b"aqsense/v1/maple/request/status"):  # mosquitto refuses the first
        client._handle_on_message(paho.MQTTMessage(topic=topic))
    event = broker.events.get_nowait()
    assert isinstance(event, Received) and event.topic.endswith("/status")
