import { type RawRequest, readError, sendRaw } from '../../client/index.js'
import type { Issued } from '../../pki/index.js'
import type { Cast } from '../cast.js'
import { CLIENT_IDS, CUSTOM_DOMAIN, MTLS_DOMAIN, type Stage } from '../stage.js'
import { presenting, type Step, statusAndError } from './step.js'

interface Refusal {
  readonly title: string
  /** The certificate that the client presents. Default: the registered CA-signed one. */
  readonly certificate?: (cast: Cast) => Issued | null
  readonly request?: Partial<Pick<RawRequest, 'method' | 'path' | 'headers'>>
  readonly status: number
  readonly error: string
  /** The reason's code, in `error_description`. */
  readonly reason: string
  /** A header of the answer that must be there. */
  readonly header?: readonly [name: string, value: string]
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'no certificate',
    certificate: () => null,
    status: 401,
    error: 'invalid_client',
    reason: 'no_certificate',
  },
  {
    title: 'an expired certificate',
    certificate: ({ expired }) => expired,
    status: 401,
    error: 'invalid_client',
    reason: 'expired',
  },
  {
    title: 'a certificate of an unknown CA, with its chain',
    certificate: ({ stranger }) => stranger,
    status: 401,
    error: 'invalid_client',
    reason: 'untrusted_issuer',
  },
  {
    title: "a self-signed certificate in the trusted root's name",
    certificate: ({ impostor }) => impostor,
    status: 401,
    error: 'invalid_client',
    reason: 'forged_ca_name',
  },
  {
    title: 'a path that is not allowed: /authorize on the alias',
    request: { path: '/authorize' },
    status: 404,
    error: 'invalid_request',
    reason: '',
  },
  {
    title: 'a path that is nearly right: /oauth/../oauth/token',
    request: { path: '/oauth/../oauth/token' },
    status: 404,
    error: 'invalid_request',
    reason: '',
  },
  {
    title: 'the wrong method: GET /oauth/token',
    request: { method: 'GET' },
    status: 405,
    error: 'invalid_request',
    reason: '',
    header: ['allow', 'POST'],
  },
  {
    title: 'the Host of another: the custom domain over a connection to the alias',
    request: { headers: { host: CUSTOM_DOMAIN } },
    status: 421,
    error: 'invalid_request',
    reason: '',
  },
]

/** What the edge itself must refuse on the alias: each with its answer, and with nothing sent to Auth0. */
export const refusalSteps: readonly Step[] = REFUSALS.map((refusal) => ({
  title: refusal.title,
  wanted: `${refusal.status} ${refusal.error} ${refusal.reason}`.trim(),
  async run(stage) {
    const before = stage.standIn.requests.length
    const answer = await sendRefused(stage, refusal)
    const { error, description } = readError(answer)
    const reached = stage.standIn.requests.length - before
    const [name, value] = refusal.header ?? []
    const passed =
      answer.status === refusal.status &&
      error === refusal.error &&
      description.includes(refusal.reason) &&
      (name === undefined || answer.headers[name] === value) &&
      reached === 0
    const header = name === undefined ? '' : `, ${name}: ${answer.headers[name]}`
    const upstream = reached === 0 ? 'nothing reached Auth0' : `${reached} reached Auth0`
    return { passed, got: `${statusAndError(answer)} "${description}"${header}, ${upstream}` }
  },
}))

function sendRefused(stage: Stage, refusal: Refusal) {
  const certificate = refusal.certificate?.(stage.cast)
  const { method = 'POST', path = '/oauth/token', headers = {} } = refusal.request ?? {}
  const body = `grant_type=client_credentials&client_id=${CLIENT_IDS.caSigned}`
  return sendRaw({
    port: stage.port,
    ca: stage.cast.serverRoot.pem,
    ...presenting(certificate === undefined ? stage.cast.caSigned : certificate),
    servername: MTLS_DOMAIN,
    method,
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(method === 'POST' ? { body } : {}),
  })
}
