import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPki, type Issued, type KeyKind, type Pki } from '@mtls-edge/testkit'
import { findFreePort } from './free-port.ts'
import { startUpstream } from './upstream.ts'

/**
 * The alias that all gateways answer for. `ab` takes the server name from the address that it connects to, and this name is in
 * every resolver.
 */
export const ALIAS = 'localhost'
export const CUSTOM_DOMAIN = 'auth.localhost'
export const API_KEY = '0123456789abcdef0123456789abcdef'

/** What a run is made with. */
export interface StageOptions {
  readonly key: KeyKind
  /** Whether sessions may be resumed. */
  readonly tickets: boolean
  /** Bytes of the upstream's answer. */
  readonly answerBytes?: number
  /** Whether the upstream reads bodies to their end before it answers. Default: it answers at once. */
  readonly readsBodies?: boolean
}

/** Paths of the certificates' files, all PEM. */
export interface StageFiles {
  readonly serverChain: string
  readonly serverKey: string
  /** Chain and key in one, as HAProxy wants them. */
  readonly serverAll: string
  /** Verifies gateways and upstream. */
  readonly serverRoot: string
  readonly clientRoot: string
  readonly clientIntermediate: string
  readonly clientChain: string
  readonly clientKey: string
  /** Chain and key in one, as `ab` wants them. */
  readonly clientAll: string
}

/** What all gateways of a run have in common. */
export interface Stage {
  readonly options: StageOptions
  readonly directory: string
  readonly files: StageFiles
  /** What issues client certificates, and the one that drives. */
  readonly clients: Pki
  readonly client: Issued
  readonly upstreamPort: number
  readonly upstreamPid: number
  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): string
  path(name: string): string
  /** What was started so far, the last first; it is ended with the stage. */
  onClose(end: () => Promise<void>): void
  close(): Promise<void>
}

/** Makes certificates in a new folder for temporary files, and starts the upstream. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'mtls-edge-bench-'))
  const path = (name: string): string => join(directory, name)
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path(name), content, { mode: 0o600 })
    return path(name)
  }
  const ends: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of ends.reverse().splice(0)) await end()
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    const clients = createPki({ key: options.key, name: 'Clients' })
    const client = clients.client({
      key: options.key,
      subject: { O: 'Example Bank', CN: 'client-1' },
    })
    const files = writeCertificates(options.key, clients, client, write)
    const port = await findFreePort()
    const { answerBytes: bytes = 1024, readsBodies = false } = options
    const upstream = await startUpstream({ port, files, write, bytes, readsBodies })
    ends.push(() => upstream.stop())
    return {
      options,
      directory,
      files,
      clients,
      client,
      upstreamPort: port,
      upstreamPid: upstream.pid,
      write,
      path,
      onClose: (end) => void ends.push(end),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function writeCertificates(
  key: KeyKind,
  clients: Pki,
  client: Issued,
  write: (name: string, content: string) => string,
): StageFiles {
  const servers = createPki({ key, name: 'Servers' })
  const hosts = [ALIAS, CUSTOM_DOMAIN, '127.0.0.1']
  const server = servers.server(hosts, { key, issuer: servers.intermediate })
  return {
    serverChain: write('server.crt', server.chainPem),
    serverKey: write('server.key', server.keyPem),
    serverAll: write('server.all.pem', server.chainPem + server.keyPem),
    serverRoot: write('server-root.crt', servers.root.pem),
    clientRoot: write('client-root.crt', clients.root.pem),
    clientIntermediate: write('client-intermediate.crt', clients.intermediate.pem),
    clientChain: write('client.crt', client.chainPem),
    clientKey: write('client.key', client.keyPem),
    clientAll: write('client.all.pem', client.chainPem + client.keyPem),
  }
}
