/**
 * A Fastify service that asks for client certificates and does nothing else, three times in one process: without the verifier, with
 * many copies of it, and with one between clocks. What a copy adds is the difference of the first two, by their number.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openRegistry } from '@mtls-edge/cert-registry'
import {
  type CertVerifierOptions,
  type ChainMemory,
  certVerifier,
  type PresentedChain,
} from '@mtls-edge/cert-verifier'
import Fastify, { type FastifyInstance } from 'fastify'
import { PATH, tlsOptions } from '../gateways/node/settings.ts'
import { CUSTOM_DOMAIN } from '../stage/stage.ts'
import { watchVerifier } from './clocks.ts'
import type { ServiceSettings } from './settings.ts'

const settings: ServiceSettings = JSON.parse(process.env.BENCH_SERVICE ?? '{}')
const { files, ports } = settings
const HOST = '127.0.0.1'
const options = await describeVerifier()

const none = createService()
await none.listen({ port: ports.none, host: HOST })

const many = createService()
many.decorateRequest('clientCertificate', null)
for (let copy = 0; copy < settings.copies; copy++) await addCopy(many)
await many.listen({ port: ports.many, host: HOST })

const timed = createService()
const clocks = await watchVerifier(timed, () => timed.register(certVerifier, withMemory()))
await timed.listen({ port: ports.timed, host: HOST })

createServer((_request, response) => response.end(JSON.stringify(clocks.take()))).listen(
  ports.times,
  HOST,
)

function createService(): FastifyInstance {
  const app = Fastify({ https: tlsOptions({ files, tickets: false }), logger: false })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post(PATH, (_request, reply) => {
    reply.send('{"token_type":"Bearer"}')
  })
  return app
}

/** The plugin itself, on the very hooks and events of the service; only its decorators, whose names are taken, go nowhere. */
async function addCopy(app: FastifyInstance): Promise<void> {
  const copy: FastifyInstance = Object.create(app, {
    decorate: { value: () => copy },
    decorateRequest: { value: () => copy },
  })
  await certVerifier(copy, withMemory())
}

async function describeVerifier(): Promise<CertVerifierOptions> {
  const isEverything = settings.asked === 'everything'
  const crls = settings.crlFiles.map((file) => readFileSync(file))
  return {
    domain: CUSTOM_DOMAIN,
    caSigned: {
      trustAnchors: [readFileSync(files.clientRoot, 'utf8')],
      intermediates: [readFileSync(files.clientIntermediate, 'utf8')],
      revocation: isEverything ? { mode: 'require', crls } : { mode: 'off' },
      requireRegistration: isEverything,
    },
    registry: isEverything ? (await openRegistry(settings.registry)).view : null,
  }
}

/** Each with chains of its own. */
function withMemory(): CertVerifierOptions {
  if (settings.asked === 'path') return options
  const chains = new Map<string, PresentedChain>()
  const chainMemory: ChainMemory = {
    remember: (thumbprint, chain) => void chains.set(thumbprint, chain),
    recall: (thumbprint) => chains.get(thumbprint) ?? null,
    reportUnknown: () => {},
  }
  return { ...options, chainMemory }
}
