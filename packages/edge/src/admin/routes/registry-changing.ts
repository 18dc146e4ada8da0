import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type CertificateFacts,
  type ChangeResult,
  type RegistrationKey,
  type RegistryStore,
  readCertificates,
} from '@mtls-edge/cert-registry'
import type { FastifyRequest } from 'fastify'
import { identityOf } from '../auth/authenticate.js'
import { describeActor } from '../auth/identity.js'
import type { AdminContext } from '../context.js'
import { InvalidRequestError } from '../errors.js'
import { findDomain } from '../find-domain.js'
import { logChange } from '../log-change.js'
import { readThumbprint } from '../read-thumbprint.js'
import { requireStore } from '../require-store.js'
import * as schemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'

const CHANGES = {
  deny: 'Refuse a certificate for good, a known one or not',
  suspend: 'Refuse a registered certificate until it is activated',
  activate: 'Let a certificate in again, from any state',
} as const

const response = { 200: answer(schemas.changed, 'what became of it'), ...problems }

/** Changing entries, and taking them away. */
export const registryChangingRoutes: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  context,
) => {
  const keyOf = (name: string | undefined, thumbprint: string): RegistrationKey => ({
    domain: findDomain(context.configuration(), name).customDomain,
    thumbprint: readThumbprint(thumbprint),
  })

  for (const [action, summary] of typedEntries(CHANGES)) {
    app.post(
      `/api/v1/registry/entries/:thumbprint/${action}`,
      {
        schema: {
          summary,
          tags: ['registry'],
          params: schemas.thumbprintParameter,
          body: schemas.changeBody,
          response,
        },
      },
      async (request) => {
        const { domain, pem = null } = request.body
        const key = keyOf(domain, request.params.thumbprint)
        const certificate = pem === null ? {} : { certificate: readOne(pem) }
        return await change(request, context, { action, key }, (store, actor) =>
          store[action]({ ...key, ...certificate }, actor),
        )
      },
    )
  }

  app.delete(
    '/api/v1/registry/entries/:thumbprint',
    {
      schema: {
        summary: 'Take an entry away; its audit trail stays',
        tags: ['registry'],
        params: schemas.thumbprintParameter,
        querystring: schemas.removeQuery,
        response,
      },
    },
    async (request) => {
      const { domain, evenIfRefused = false } = request.query
      const key = keyOf(domain, request.params.thumbprint)
      return await change(request, context, { action: 'remove', key }, (store, actor) =>
        store.remove(key, actor, { evenIfRefused }),
      )
    },
  )
}

async function change(
  request: FastifyRequest,
  context: AdminContext,
  { action, key }: { readonly action: string; readonly key: RegistrationKey },
  work: (store: RegistryStore, actor: string) => Promise<ChangeResult>,
): Promise<RegistrationKey & ChangeResult> {
  const store = requireStore(context)
  const actor = describeActor(identityOf(request))
  try {
    const result = await work(store, actor)
    logChange(request.log, { actor, action, ...key, result })
    return { ...key, ...result }
  } catch (error) {
    // Who is refused for the state of the entry wants to know which one.
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 409) {
      const entry = await store.show(key)
      if (entry !== null) Object.assign(error, { entryState: entry.state })
    }
    throw error
  }
}

function readOne(pem: string): CertificateFacts {
  const [certificate, ...others] = readCertificates(pem)
  if (certificate !== undefined && others.length === 0) return certificate
  throw new InvalidRequestError('"pem" must hold one certificate')
}

const typedEntries = <Key extends string>(map: Readonly<Record<Key, string>>) =>
  Object.entries(map) as [Key, string][]
