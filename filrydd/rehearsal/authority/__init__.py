"""The sign-in service, as Entra is one: tokens for applications, over TLS on a port of its own.

    door            its addresses; credential (which app asks), assertion (client assertions), denial (Entra's errors)
    certificate     the TLS certificate that clients are told to trust

A client needs its authority (`Ready.authority`), the tenant's id (`Ready.tenant`), an app of `apps.yaml` and trust in
`Ready.certificate`. azure-identity takes them from AZURE_AUTHORITY_HOST, AZURE_TENANT_ID, AZURE_CLIENT_ID and
AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH, with `disable_instance_discovery=True`. The trust comes from
REQUESTS_CA_BUNDLE for its synchronous credentials and MSAL (over requests, where it beats `verify=`), from SSL_CERT_FILE for its
asynchronous ones (over aiohttp, which reads it when it is imported), or for both from `connection_verify=`. Other clients that
use OpenSSL heed SSL_CERT_FILE too.
"""
