import { isIP } from 'node:net'
import { connect, getCACertificates } from 'node:tls'
import type { DomainCheck } from '../check.js'
import { type Finding, fail, pass } from '../finding.js'
import { PROBE_TIMEOUT } from '../hello/probe.js'

/** Auth0 answers, and its certificate is verified as the edge verifies it: the public roots, and caFile. */
export const reachesTarget: DomainCheck = {
  scope: 'domain',
  id: 'forwarding-target',
  title: 'forwarding target reached and verified',
  run({ domain }) {
    const { forwardingTarget, ca } = domain.auth0
    const { hostname, port } = new URL(forwardingTarget)
    const host = hostname.replace(/^\[|\]$/g, '')
    return new Promise((resolve) => {
      const socket = connect({
        host,
        port: port === '' ? 443 : Number(port),
        servername: isIP(host) === 0 ? host : '',
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(ca === null ? {} : { ca: [...getCACertificates('default'), ca] }),
      })
      const finish = (finding: Finding): void => {
        clearTimeout(timer)
        socket.destroy()
        resolve(finding)
      }
      const timer = setTimeout(
        () => finish(fail(`${forwardingTarget}: no handshake in time`, REACH)),
        PROBE_TIMEOUT,
      )
      socket.on('error', (error: NodeJS.ErrnoException) => {
        const isCertificate = socket.authorizationError !== null && socket.connecting === false
        const seen = `${forwardingTarget}: ${error.code ?? error.message}`
        finish(fail(seen, isCertificate && !isSystem(error) ? VERIFY : REACH))
      })
      socket.on('secureConnect', () =>
        finish(pass(`${forwardingTarget}: ${socket.getProtocol() ?? 'TLS'}, verified`)),
      )
    })
  },
}

const REACH = "look at auth0.forwardingTarget, and at this machine's way out (DNS, firewall)"
const VERIFY =
  "Auth0's own certificate verifies by the public roots: look at auth0.forwardingTarget; with another CA, name it in auth0.caFile"

/** Errors of the network have a system call; those of a certificate have not. */
const isSystem = (error: NodeJS.ErrnoException): boolean => error.syscall !== undefined
