"""Translate the errors of aiohttp and the operating system into ours, each with a sentence that names the host.

No resolved IP address is ever in a sentence.
"""

import errno
import ssl

import aiohttp

from bot.model.errors import BridgeError, NotPublic, PermanentError, TemporaryError

#: OpenSSL's codes for why a certificate is not trusted (X509_V_ERR_*).
_CERTIFICATES = {
    10: "The certificate of {host} has expired",
    18: "{host} uses a self-signed certificate",
    19: "The certificate of {host} comes from an unknown authority",
    20: "The certificate chain of {host} is incomplete, or its issuer is unknown",
    21: "The certificate chain of {host} is incomplete",
    62: "The certificate of {host} is for another name",
}


class MalformedResponse(TemporaryError):
    """An answer that is not proper HTTP; also what the body of a 304 looks like, which may not have one."""


class AddressRefused(OSError):
    """The guard did not let an address be dialled; an OSError, so that other addresses of the host are tried."""

    def __init__(self) -> None:
        # Equal texts for all addresses of a host: aiohttp's connector then raises this very class.
        super().__init__(errno.EACCES, "not a public address")


def network_error(error: Exception, host: str) -> BridgeError:
    """Choose the error to raise for one of the network's.

    :param host: as the person or the redirect gave it.
    """
    match error:
        case aiohttp.ClientConnectorDNSError():
            return TemporaryError(f"There is no host named {host}.")
        case aiohttp.ClientConnectorCertificateError():
            return TemporaryError(f"{_certificate_fault(error, host)}, so no secure connection could be made.")
        case aiohttp.ClientSSLError():
            return TemporaryError(f"No secure connection (TLS) to {host} could be made.")
        case aiohttp.ClientConnectorError(os_error=AddressRefused()):
            return NotPublic(f"{host} is not on the public internet, so the bot does not connect to it.", host=host)
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return TemporaryError(f"{host} refused the connection.")
        case aiohttp.InvalidURL() | UnicodeError():
            return PermanentError(f"{host} is not the name of a host.")
        case TimeoutError():
            return TemporaryError(f"{host} could not be reached in time.")
        case aiohttp.ClientConnectorError():
            return TemporaryError(f"{host} could not be reached.")
        case aiohttp.ClientResponseError():
            return MalformedResponse(f"{host} sent an invalid HTTP response.")
        case _:
            return TemporaryError(f"{host} closed the connection.")


def _certificate_fault(error: aiohttp.ClientConnectorCertificateError, host: str) -> str:
    cause = error.certificate_error
    code = cause.verify_code if isinstance(cause, ssl.SSLCertVerificationError) else None
    return _CERTIFICATES.get(code or 0, "The certificate of {host} is not valid").format(host=host)
