import type { OutgoingHttpHeaders } from 'node:http'
import { readError, sendRaw } from '../../client/index.js'
import type { Issued } from '../../pki/index.js'
import type { RecordedRequest } from '../../standin/index.js'
import { CLIENT_IDS, CUSTOM_DOMAIN, MTLS_DOMAIN, type Stage } from '../stage.js'
import { forwardedCertificate, isSamePem, presenting, type Step, statusAndError } from './step.js'

/**
 * The attack: somebody without the victim's key sends the victim's certificate, which is public, in the headers by which the
 * edge tells Auth0 of a verified one. Were a single spelling of them to get through, Auth0 would hand out the victim's token.
 */
function forgeHeaders(victim: Issued): OutgoingHttpHeaders {
  const certificate = encodeURIComponent(victim.pem)
  return {
    'client-certificate': certificate,
    'Client-Certificate-CA-Verified': 'SUCCESS',
    client_certificate: certificate,
    client_certificate_ca_verified: 'SUCCESS',
    'client.certificate': certificate,
    'cname-api-key': 'forged',
    'x-forwarded-for': '203.0.113.7',
  }
}

/** Forged headers on either host. */
export const forgerySteps: readonly Step[] = [
  {
    title: "forged headers on the alias, beside another client's own certificate",
    wanted: "401 invalid_client from Auth0, which was told of the sender's certificate",
    async run(stage) {
      const { caSigned, neighbour } = stage.cast
      const answer = await sendForged(stage, MTLS_DOMAIN, neighbour)
      const request = stage.standIn.requests.at(-1)
      const { pem, verification } = forwardedCertificate(request)
      const isOwn = isSamePem(pem, neighbour.pem) && verification === 'SUCCESS'
      const untouched = isUntouched(stage, request, caSigned)
      const { error } = readError(answer)
      const told = isOwn ? "told of the sender's certificate" : `told ${verification}`
      return {
        passed: answer.status === 401 && error === 'invalid_client' && isOwn && untouched,
        got: `${statusAndError(answer)}, ${told}, ${untouched ? 'nothing' : 'SOMETHING'} of the forged values reached Auth0`,
      }
    },
  },
  {
    title: 'forged headers on the alias, no certificate',
    wanted: '401 invalid_client no_certificate, nothing to Auth0',
    async run(stage) {
      const before = stage.standIn.requests.length
      const answer = await sendForged(stage, MTLS_DOMAIN, null)
      const reached = stage.standIn.requests.length - before
      const { error, description } = readError(answer)
      const isRefused = answer.status === 401 && error === 'invalid_client'
      return {
        passed: isRefused && description.includes('no_certificate') && reached === 0,
        got: `${statusAndError(answer)} "${description}", ${reached === 0 ? 'nothing' : reached} reached Auth0`,
      }
    },
  },
  {
    title: 'forged headers on the custom domain',
    wanted: '401 invalid_client from Auth0, which was told of no certificate',
    async run(stage) {
      const answer = await sendForged(stage, CUSTOM_DOMAIN, null)
      const request = stage.standIn.requests.at(-1)
      const { pem, verification } = forwardedCertificate(request)
      const untouched = isUntouched(stage, request, stage.cast.caSigned)
      const { error } = readError(answer)
      const isSilent = pem === null && verification === null
      const told = isSilent ? 'told of no certificate' : `told ${verification}`
      return {
        passed: answer.status === 401 && error === 'invalid_client' && isSilent && untouched,
        got: `${statusAndError(answer)}, ${told}, ${untouched ? 'nothing' : 'SOMETHING'} of the forged values reached Auth0`,
      }
    },
  },
]

function sendForged(stage: Stage, servername: string, certificate: Issued | null) {
  return sendRaw({
    port: stage.port,
    ca: stage.cast.serverRoot.pem,
    ...presenting(certificate),
    servername,
    method: 'POST',
    path: '/oauth/token',
    headers: {
      ...forgeHeaders(stage.cast.caSigned),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `grant_type=client_credentials&client_id=${CLIENT_IDS.caSigned}`,
  })
}

// Looks at everything that was on the wire, names and values, so that no spelling is forgotten.
function isUntouched(stage: Stage, request: RecordedRequest | undefined, victim: Issued): boolean {
  if (request?.url !== '/oauth/token') return false
  const values = request.rawHeaders
  const forged = [encodeURIComponent(victim.pem), 'forged', '203.0.113.7']
  const isFree = values.every((value) => !forged.includes(value))
  return isFree && values.filter((value) => value === stage.cnameApiKey).length === 1
}
