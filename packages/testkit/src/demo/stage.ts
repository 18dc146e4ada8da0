import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  type Auth0StandIn,
  registerCaSignedClient,
  registerSelfSignedClient,
  startAuth0StandIn,
} from '../standin/index.js'
import { type Cast, createCast } from './cast.js'
import { writeEdgeConfiguration } from './edge-configuration.js'
import { type EdgeProcess, spawnEdge } from './edge-process.js'
import { findFreePorts } from './free-port.js'
import { createWorkspace, type Workspace } from './workspace.js'

/** Names of the demo; `example.com` is nobody's (RFC 2606). */
export const CUSTOM_DOMAIN = 'auth.example.com'
export const MTLS_DOMAIN = 'mtls.auth.example.com'
export const REDIRECT_URI = 'https://app.example.com/callback'

/** Names of the registered clients. */
export const CLIENT_IDS = { caSigned: 'example-bank', selfSigned: 'small-company' } as const

/** Everything that runs. */
export interface Stage {
  readonly cast: Cast
  readonly cnameApiKey: string
  /** Port of the edge. */
  readonly port: number
  readonly customOrigin: string
  readonly mtlsOrigin: string
  /** Where the edge tells how it is, and where its page for operators is. */
  readonly healthOrigin: string
  readonly adminOrigin: string
  readonly adminToken: string
  readonly standIn: Auth0StandIn
  readonly edge: EdgeProcess
  readonly workspace: Workspace
  readonly configFile: string
  readonly logFile: string
}

/** What has been started so far, so that it can be ended whatever happens. */
export interface Belongings {
  workspace: Workspace | null
  standIn: Auth0StandIn | null
  edge: EdgeProcess | null
}

/**
 * Sets everything up: certificates, the stand-in, the configuration file, the edge. What has been started is noted in
 * `belongings` at once; ending it is the caller's.
 *
 * @throws EdgeStartError where the edge does not come up; the reason of `interrupted` where that comes first.
 */
export async function setStage(
  program: string,
  belongings: Belongings,
  interrupted: AbortSignal,
): Promise<Stage> {
  const workspace = await createWorkspace()
  belongings.workspace = workspace
  const cast = createCast([CUSTOM_DOMAIN, MTLS_DOMAIN], 'localhost')
  const [port = 0, healthPort = 0, adminPort = 0] = await findFreePorts(3)
  const customOrigin = `https://${CUSTOM_DOMAIN}:${port}`
  const mtlsOrigin = `https://${MTLS_DOMAIN}:${port}`
  const cnameApiKey = randomBytes(24).toString('hex')
  const adminToken = randomBytes(24).toString('hex')

  const standIn = await startAuth0StandIn({
    certificate: cast.auth0.pem,
    key: cast.auth0.keyPem,
    customOrigin,
    mtlsOrigin,
    cnameApiKey,
    clients: registerClients(cast),
  })
  belongings.standIn = standIn

  const configFile = await writeEdgeConfiguration(workspace, cast, {
    customDomain: CUSTOM_DOMAIN,
    mtlsDomain: MTLS_DOMAIN,
    port,
    healthPort,
    adminPort,
    adminToken,
    forwardingTarget: standIn.origin,
    cnameApiKey,
  })
  const logFile = join(workspace.directory, 'edge.log')
  interrupted.throwIfAborted()
  const edge = spawnEdge({ program, configFile, logFile })
  belongings.edge = edge
  await edge.ready
  const origins = {
    customOrigin,
    mtlsOrigin,
    healthOrigin: `http://127.0.0.1:${healthPort}`,
    adminOrigin: `http://127.0.0.1:${adminPort}`,
  }
  const secrets = { cnameApiKey, adminToken }
  return { cast, port, ...secrets, ...origins, standIn, edge, workspace, configFile, logFile }
}

function registerClients(cast: Cast) {
  const redirectUris = [REDIRECT_URI]
  return [
    registerCaSignedClient({
      clientId: CLIENT_IDS.caSigned,
      certificate: cast.caSigned.pem,
      redirectUris,
    }),
    registerSelfSignedClient({
      clientId: CLIENT_IDS.selfSigned,
      certificate: cast.selfSigned.pem,
      redirectUris,
    }),
  ]
}

/** Ends what was started, in the order in which it depends on each other; nothing is left on disk. */
export async function clearStage(belongings: Belongings): Promise<void> {
  try {
    await belongings.edge?.stop()
    await belongings.standIn?.close()
  } finally {
    belongings.workspace?.remove()
  }
}

/** The same for a process that ends at once: no waiting. */
export function abandonStage(belongings: Belongings): void {
  belongings.edge?.kill()
  belongings.workspace?.remove()
}
