import { createError } from '@fastify/error'

/** A name given for a host is no host name, or is given twice. */
export const FST_EDGE_INVALID_SERVER_NAME = createError<[string]>(
  'FST_EDGE_INVALID_SERVER_NAME',
  'The host "%s" is not a host name, or is there twice; write it as in the DNS, such as auth.example.com',
)

/** A host in the map points to a server that was made for another host. */
export const FST_EDGE_SERVER_OF_ANOTHER_HOST = createError<[string]>(
  'FST_EDGE_SERVER_OF_ANOTHER_HOST',
  'The server given for the host "%s" was not made for it; make one with createHostServer for each host',
)

/** `fapi1-advanced` allows ECDHE-RSA alone below TLS 1.3, so that TLS 1.2 clients find no suite without an RSA certificate. */
export const FST_EDGE_RSA_CERTIFICATE_MISSING = createError<[string]>(
  'FST_EDGE_RSA_CERTIFICATE_MISSING',
  'The host "%s" has no RSA certificate, but fapi1-advanced allows TLS 1.2 with RSA certificates only; add one, or use fapi2',
)

/** A server that was once taken out of the map is given again; its limits have ended with it. */
export const FST_EDGE_SERVER_RETIRED = createError<[string]>(
  'FST_EDGE_SERVER_RETIRED',
  'The server given for the host "%s" was replaced before and is closing; make a new one with createHostServer',
)

/** A balancer that is to be trusted is neither an IP address nor a range. */
export const FST_EDGE_INVALID_TRUSTED_PEER = createError<[string]>(
  'FST_EDGE_INVALID_TRUSTED_PEER',
  'The trusted peer "%s" is neither an IP address nor a CIDR range; write it as 10.0.0.0/8 or 2001:db8::/32',
)
