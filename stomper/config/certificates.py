"""The certificates that are believed when we speak to a server."""

import ssl

from stomper import process


def trusted() -> ssl.SSLContext:
    """Believe the certificates that the user names in the usual variables, or else the system's."""
    import truststore

    file, folder = process.variable("SSL_CERT_FILE"), process.variable("SSL_CERT_DIR")
    if file or folder:
        return ssl.create_default_context(cafile=file, capath=folder)
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
