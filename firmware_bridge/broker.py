"""The connection to the MQTT broker. Its thread connects, and queues what happened for the reading loop."""

import os
import queue
import random
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from firmware_bridge.config import Mqtt

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 5.0  # a broker that misreads MQTT 5 may wait for the rest of it for ever
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 20.0
_NO_REASON = "Unspecified error"  # what paho says of a line that just ended
_UNSUPPORTED_VERSION = (0x84, 1)  # CONNACK of MQTT 5 and of 3.1.1
_MIDS = 1 << 16  # message numbers of a connection, which start at 1 again with the next


class Connected(NamedTuple):
    """The broker accepted us; `largest` is the biggest packet that it takes, 0 for any."""

    version: int
    largest: int
    said: str


class Disconnected(NamedTuple):
    """The connection is gone, or could not be made: `said` names the cause and the fix."""

    said: str


class Acknowledged(NamedTuple):
    """The broker has the message of this number; `refused` is its reason when it does not want it, else empty."""

    mid: int
    refused: str


class Received(NamedTuple):
    """A message on a topic that we subscribed to."""

    topic: str
    payload: bytes
    retained: bool
    response_topic: str
    correlation: bytes
    arrived: float  # on the monotonic clock


Event = Connected | Disconnected | Acknowledged | Received


class Broker:
    """One broker. `events` fills from the connection's thread; `wake` is called after each so that the loop looks."""

    def __init__(self, settings: Mqtt, client_id: str, wake: Callable[[], None]) -> None:
        self._settings = settings
        self._client_id = client_id
        self._wake = wake
        self._will: tuple[str, str] | None = None
        self._topics: tuple[str, ...] = ()
        self._client: paho.Client | None = None  # while connected
        self._trying: paho.Client | None = None
        self._attempts = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._version = settings.version
        self._answered = threading.Event()  # a CONNACK came in this attempt
        self._accepted = False  # and it was a good one
        self._ended = threading.Event()
        self._fell_back = False
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def start(self, will: tuple[str, str] | None, topics: tuple[str, ...]) -> None:
        """Connect, and connect again whenever the connection is lost; `will` is a retained (topic, payload) or None."""
        self._will = will
        self._topics = topics
        self._thread = threading.Thread(target=self._run, name="aqsense-broker", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        wait = FIRST_WAIT_S
        while not self._stop.is_set():
            self._answered.clear()
            self._ended.clear()
            self._accepted = False
            said = self._attempt()
            if said:
                self._tell(Disconnected(said))
            wait = FIRST_WAIT_S if self._accepted else min(wait * 2, LONGEST_WAIT_S)
            self._stop.wait(wait * random.uniform(0.5, 1.5))

    def _attempt(self) -> str:
        try:
            client = self._new_client()
            self._trying = client
            clean: dict[str, Any] = {"clean_start": True} if self._version == 5 else {}
            client.connect(self._settings.host, self._settings.port, self._settings.keepalive_s, **clean)
            client.loop_start()
            self._stay(client)
            client.loop_stop()
        except (OSError, ValueError) as error:
            return failure(self._settings, error)
        finally:
            self._client = None
        if self._answered.is_set() or self._stop.is_set():
            return ""
        if self._settings.version == 5:  # some brokers hang up on a version that they do not know
            self._fell_back = not self._fell_back
            self._version = 311 if self._fell_back else 5
        return f"{self._settings.url} hung up without an answer: is it an MQTT broker, and does mqtt.url say mqtts?"

    def _stay(self, client: paho.Client) -> None:
        """Wait for the end of the connection; one that is never answered is ended here."""
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while not self._answered.wait(0.05) and not self._ended.is_set() and time.monotonic() < deadline:
            pass
        if self._answered.is_set():
            self._ended.wait()
        client.disconnect()

    def _new_client(self) -> paho.Client:
        settings = self._settings
        five = self._version == 5
        self._attempts += 1
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if five else True,
            userdata=self._attempts * _MIDS,
            protocol=paho.MQTTv5 if five else paho.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(20)
        if settings.username:
            client.username_pw_set(settings.username, settings.password)
        if settings.tls:
            context = ssl.create_default_context(cafile=settings.ca_file)
            client.tls_set_context(context)
        if self._will:
            client.will_set(self._will[0], self._will[1], qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _tell(self, event: Event) -> None:
        self.events.put(event)
        self._wake()

    def _on_connect(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            if reason.value in _UNSUPPORTED_VERSION and self._settings.version == 5 and not self._fell_back:
                self._fell_back = True  # the next attempt is made by 3.1.1: nothing for a person to do
                self._version = 311
            else:
                self._tell(Disconnected(refusal(self._settings, str(reason))))
            self._answered.set()
            return
        self._accepted = True
        self._answered.set()
        self._client = client
        for topic in self._topics:
            client.subscribe(topic, qos=1)
        said = (
            "the broker does not speak MQTT 5; connected by 3.1.1 (mqtt.version = 311 says so at once)"
            if self._fell_back
            else ""
        )
        self._tell(Connected(self._version, int(getattr(properties, "MaximumPacketSize", 0) or 0), said))

    def _on_disconnect(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._client = None
        self._ended.set()
        if self._accepted and not self._stop.is_set():
            why = "" if str(reason) == _NO_REASON else f" ({reason})"
            self._tell(Disconnected(f"the connection to {self._settings.url} was lost{why}"))

    def _on_publish(self, _client: paho.Client, first: int, mid: int, reason: Any, _properties: Any) -> None:
        self._tell(Acknowledged(first + mid, str(reason) if reason is not None and reason.is_failure else ""))

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except (
            UnicodeDecodeError
        ):  # not every broker looks; raised here it ends paho's thread, and nothing connects again
            return
        properties = message.properties
        response = str(getattr(properties, "ResponseTopic", "") or "")
        correlation = bytes(getattr(properties, "CorrelationData", b"") or b"")
        self._tell(Received(topic, bytes(message.payload), message.retain, response, correlation, time.monotonic()))

    def publish(
        self,
        topic: str,
        payload: str,
        qos: int,
        retain: bool,
        expiry_s: int = 0,
        schema: str = "",
        correlation: bytes = b"",
    ) -> int:
        """Hand a message over; its number, that of no former connection, or -1 when it could not even be queued."""
        client = self._client
        if client is None:
            return -1
        properties = None
        if self._version == 5 and payload:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.ContentType = "application/json"
            properties.PayloadFormatIndicator = 1
            if expiry_s:
                properties.MessageExpiryInterval = expiry_s
            if schema:
                properties.UserProperty = ("schema", schema)
            if correlation:
                properties.CorrelationData = correlation
        info = client.publish(topic, payload.encode(), qos, retain, properties)
        return int(client.user_data_get()) + info.mid if info.rc == paho.MQTT_ERR_SUCCESS else -1

    def stop(self) -> None:
        """Say goodbye and end the thread; what is not acknowledged by now stays unacknowledged."""
        self._stop.set()
        if self._trying is not None:
            self._trying.disconnect()
        if self._thread is not None:
            self._thread.join(CONNECT_TIMEOUT_S + 1)


def refusal(settings: Mqtt, reason: str) -> str:
    """What a CONNACK with a failure means for a person."""
    lowered = reason.lower()
    if "user name" in lowered or "authori" in lowered or "credentials" in lowered:
        return (
            f"{settings.url} refused the user name or password ({reason}): check mqtt.username and mqtt.password_file"
        )
    return f"{settings.url} refused the connection ({reason})"


def failure(settings: Mqtt, error: Exception) -> str:
    """What a connection that could not be made means for a person."""
    where = settings.url
    if isinstance(error, ssl.SSLCertVerificationError):
        fix = "name the broker's authority in mqtt.ca_file, and its host in mqtt.url as in the certificate"
        return f"TLS to {where} failed: {error.verify_message.rstrip('.')}: {fix}"
    if isinstance(error, ssl.SSLError) and "NO_CERTIFICATE" in str(error.reason):
        return f"{settings.ca_file} holds no certificate: name the broker's authority in mqtt.ca_file, as PEM"
    if isinstance(error, ssl.SSLError) or (settings.tls and isinstance(error, ConnectionResetError)):
        what = getattr(error, "reason", None) or os.strerror(error.errno or 0)
        return f"TLS to {where} failed ({what}): name the broker's TLS port (usually 8883), or write mqtt://"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {where}: start the broker, or correct mqtt.url"
    if isinstance(error, TimeoutError):
        return f"{where} does not answer: check host, port and firewall"
    number = getattr(error, "errno", None)
    what = os.strerror(number) if isinstance(number, int) and number > 0 else getattr(error, "strerror", None) or error
    return f"cannot reach {where} ({what}): check mqtt.url and the network"
