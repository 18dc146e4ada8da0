/** The admin API can't be used, or refused; the message is for people and says the mend. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
}

const NOBODY_THERE: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']
const NOT_FOR_THIS_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID'
/** How OpenSSL and Node say that a certificate is not trusted. */
const NOT_TRUSTED =
  /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_CA|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/

/** Says what kept a request from being answered, and what to do. */
export function describeConnectionError(error: unknown, url: URL): RemoteError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const say = (reason: string) => new RemoteError(`${url.origin} ${reason}`, { cause: error })
  if (NOBODY_THERE.includes(code)) {
    return say(
      `is not reached (${code}): see that the edge runs, that its configuration has \`admin\`, and that --url names that host and port`,
    )
  }
  if (code === NOT_FOR_THIS_NAME) {
    return say('has a certificate for other names: write one of them in --url')
  }
  if (NOT_TRUSTED.test(code)) {
    return say(`has a certificate that is not trusted (${code}): name its root with --ca FILE`)
  }
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return say('does not speak TLS: write http:// where `admin` has no `tls`')
  }
  if (code === 'ECONNRESET' && url.protocol === 'http:') {
    return say('closed the connection: write https:// where `admin` has `tls`')
  }
  if (code === 'ECONNRESET') return say('broke the answer off: see the log of the edge')
  return say(`can't be asked: ${code || (error instanceof Error ? error.message : 'unknown')}`)
}
