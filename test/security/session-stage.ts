import { readFileSync } from 'node:fs'
import { loadConfiguration } from '@mtls-edge/edge'
import { type Issued, visitTls } from '@mtls-edge/testkit'
import {
  ALIAS,
  type Domain,
  type EdgeStage,
  request,
  type StageAdditions,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'
import { isChainShown } from '../end-to-end/presented-chain.ts'

/** One connection with one request, which may offer a session. */
export interface SafeVisit {
  readonly certificate?: Issued | undefined
  readonly session?: Buffer
  /** Default: the alias. */
  readonly servername?: string
  /** Default: a token request. */
  readonly line?: string
}

/** An edge that resumes sessions, in this process. */
export interface SafeStage extends EdgeStage {
  visit(tls: object, visit: SafeVisit): ReturnType<typeof visitEdge>
  /** Puts the same configuration in force with other text: as a reload does. */
  change(edit: (text: string) => string): Promise<void>
}

/**
 * Clients' intermediates are not configured, so that a path is found by what came along alone; but where this release of
 * Node hides that.
 */
export const safely = (domain: Domain): Domain & { resumption: 'safe' } => {
  const { caSigned } = domain.clientCertificates
  const intermediateFiles = isChainShown ? [] : caSigned.intermediateFiles
  const clientCertificates = {
    ...domain.clientCertificates,
    caSigned: { ...caSigned, intermediateFiles },
  }
  return { ...domain, resumption: 'safe', clientCertificates }
}

/** Starts it; `change` may rewrite the domain's part of the configuration further. */
export async function startSafeStage(
  t: { teardown(fn: () => unknown): unknown },
  change: (domain: ReturnType<typeof safely>) => object = (domain) => domain,
  more: StageAdditions = {},
): Promise<SafeStage> {
  const stage = await startEdgeStage(t, (domain) => change(safely(domain)), more)
  const { edge, file } = stage
  return Object.assign(stage, {
    visit: (tls: object, visit: SafeVisit) => visitEdge(edge.port, tls, visit),
    async change(edit: (text: string) => string) {
      const readFile = (path: string): Uint8Array => {
        const bytes = readFileSync(path)
        return path === file ? Buffer.from(edit(bytes.toString())) : bytes
      }
      await edge.update(loadConfiguration(file, { environment: {}, readFile }))
    },
  })
}

/** Visits an edge; gives back the status, the reason of a refusal, and what became of the session. */
export async function visitEdge(port: number, tls: object, visit: SafeVisit) {
  const { servername = ALIAS, line = 'POST /oauth/token', certificate, session } = visit
  const { answer, ...rest } = await visitTls({
    port,
    servername,
    certificate,
    session,
    tls: { ...tls, ca: servers.root.pem, rejectUnauthorized: true },
    bytes: request(line, '', servername),
  })
  const reason = /"error_description":"(\w+):/.exec(answer.text)?.[1] ?? null
  return { ...rest, status: answer.status, reason, connection: answer.headers.connection }
}
