"""TLS for the broker's socket, verified against one certificate file."""

import tls


def wrapper(host: str, ca_file: str):
    """A function that wraps a connected socket. Without `ca_file` the broker is not verified, only encrypted."""
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    if ca_file:
        with open(ca_file, "rb") as file:
            context.load_verify_locations(file.read())
        context.verify_mode = tls.CERT_REQUIRED  # type: ignore[attr-defined]  # the stubs do not know it
    else:
        context.verify_mode = tls.CERT_NONE  # type: ignore[attr-defined]
    return lambda s: context.wrap_socket(s, server_hostname=host)
