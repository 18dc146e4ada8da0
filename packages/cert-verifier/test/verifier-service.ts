import { type CertVerifierOptions, certVerifier } from '@mtls-edge/cert-verifier'
import {
  createPki,
  type Issued,
  openTlsConnection,
  type Pki,
  rawTlsRequest,
} from '@mtls-edge/testkit'
import Fastify, { type FastifyInstance } from 'fastify'

/** A plain Fastify service with the plugin, on a real TLS port. */
export interface VerifierService {
  readonly app: FastifyInstance
  readonly port: number
  /** How many requests passed the verifier. */
  readonly passed: () => number
  /** One request on a new connection, with what is presented. */
  ask(presented: Presented): Promise<Answer>
}

export type Presented = Issued | { readonly cert: string; readonly key: string } | null

export interface Answer {
  readonly status: number
  readonly code: string | null
  readonly kind: string | null
  readonly body: string
}

const HOST = 'mtls.auth.example.com'
export const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`

/** The server's own PKI, apart from the clients'. */
const serverPki: Pki = createPki({ name: 'Server' })
const serverCertificate = serverPki.server(HOST)

/**
 * Starts a service on 127.0.0.1 that answers with the verdict.
 *
 * @param addHooks called before and after the plugin is registered
 * @param anchors what OpenSSL is given as `ca`; as a user would, the very anchors of the options
 */
export async function startVerifierService(
  t: { teardown(fn: () => unknown): unknown },
  anchors: readonly Issued[],
  options: CertVerifierOptions,
  addHooks: (app: FastifyInstance, isAfter: boolean) => void = () => {},
): Promise<VerifierService> {
  const app: FastifyInstance = Fastify({
    https: {
      cert: serverCertificate.pem,
      key: serverCertificate.keyPem,
      ca: anchors.map(({ pem }) => pem),
      requestCert: true,
      rejectUnauthorized: false,
    },
  })
  let passed = 0
  addHooks(app, false)
  // A clock of its own: services by the same one share what they fetch, and each test begins with nothing.
  await app.register(certVerifier, { clock: () => Date.now(), ...options })
  addHooks(app, true)
  app.get('/', async (request) => {
    passed += 1
    const { clientCertificate: verdict } = request
    return verdict?.kind === 'none' || verdict === null
      ? { kind: verdict?.kind }
      : {
          kind: verdict.kind,
          thumbprint: verdict.thumbprint,
          ...('handshakeError' in verdict ? { handshakeError: verdict.handshakeError } : {}),
        }
  })
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  t.teardown(() => app.close())
  return {
    app,
    port,
    passed: () => passed,
    async ask(presented) {
      const { response } = await rawTlsRequest({
        port,
        servername: HOST,
        ...identityOf(presented),
        // So that OpenSSL on the client's side lets weak certificates out at all.
        tls: { ciphers: 'DEFAULT@SECLEVEL=0' },
        bytes: REQUEST,
      })
      return readAnswer(response?.status ?? 0, response?.text ?? '')
    },
  }
}

/** Opens a connection that stays, for several requests. */
export function openConnection(
  port: number,
  presented: Presented,
): ReturnType<typeof openTlsConnection> {
  return openTlsConnection({ port, servername: HOST, ...identityOf(presented) })
}

export function readAnswer(status: number, body: string): Answer {
  const parsed: unknown = JSON.parse(body)
  const field = (name: string): string | null => {
    if (typeof parsed !== 'object' || parsed === null) return null
    const value: unknown = Object.entries(parsed).find(([key]) => key === name)?.[1]
    return typeof value === 'string' ? value : null
  }
  return { status, code: field('code'), kind: field('kind'), body }
}

function identityOf(presented: Presented): object {
  if (presented === null) return {}
  return 'der' in presented ? { certificate: presented } : presented
}
