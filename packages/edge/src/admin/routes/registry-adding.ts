import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  AlreadyRegisteredError,
  type CertificateFacts,
  type RegistryStore,
  readCertificates,
} from '@mtls-edge/cert-registry'
import { identityOf } from '../auth/authenticate.js'
import { describeActor } from '../auth/identity.js'
import type { AdminContext } from '../context.js'
import { InvalidRequestError } from '../errors.js'
import { findDomain } from '../find-domain.js'
import { logChange } from '../log-change.js'
import { requireStore } from '../require-store.js'
import * as schemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'

/** Each one is a transaction of its own; more are an import. */
const MAX_CERTIFICATES = 200

type Registered = Parameters<RegistryStore['add']>[0]

/** Registering certificates. */
export const registryAddingRoute: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  context,
) => {
  app.post(
    '/api/v1/registry/entries',
    {
      schema: {
        summary: 'Register certificates',
        description: 'One that is there in another state is refused, and keeps no other out.',
        tags: ['registry'],
        body: schemas.addBody,
        response: { 200: answer(schemas.added, 'what became of each'), ...problems },
      },
    },
    async (request) => {
      const { domain: name, pem, state = 'active', ...labels } = request.body
      const store = requireStore(context)
      const domain = findDomain(context.configuration(), name).customDomain
      const certificates = readCertificates(pem)
      if (certificates.length > MAX_CERTIFICATES) {
        throw new InvalidRequestError(
          `there are more than ${MAX_CERTIFICATES} certificates in it: import them`,
        )
      }
      const actor = describeActor(identityOf(request))
      const results: object[] = []
      for (const certificate of certificates) {
        const added = await addOne({ domain, certificate, state, ...labels }, actor, store)
        const { outcome, fromState, toState } = added
        if (outcome !== 'refused') {
          const { thumbprint } = certificate
          const result = { outcome, fromState, toState }
          logChange(request.log, { actor, action: 'add', domain, thumbprint, result })
        }
        results.push({ ...describeCertificate(certificate), domain, ...added })
      }
      return { results }
    },
  )
}

async function addOne(registration: Registered, actor: string, store: RegistryStore) {
  try {
    return { ...(await store.add(registration, actor)), problem: null }
  } catch (error) {
    if (!(error instanceof AlreadyRegisteredError)) throw error
    const { domain, certificate } = registration
    const entry = await store.show({ domain, thumbprint: certificate.thumbprint })
    const state = entry?.state ?? 'revoked'
    const problem = { code: 'already_registered', message: error.message, state }
    return { outcome: 'refused', fromState: state, toState: state, problem } as const
  }
}

const describeCertificate = ({ thumbprint, subject, notAfter }: CertificateFacts) => ({
  thumbprint,
  subject,
  notAfter: notAfter.toISOString(),
})
