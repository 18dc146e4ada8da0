import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfiguration, type RunningEdge, startEdge } from '@mtls-edge/edge'
import { createPki } from '@mtls-edge/testkit'
import { Command, CommanderError } from 'commander'
import { pino } from 'pino'
import type { Test } from 'tap'
import { UsageError } from '../dist/command/exit.js'
import { addRegistryCommands } from '../dist/command/registry/index.js'

const hosts = ['auth.example.com', 'mtls.auth.example.com', 'b.example.com', 'mtls.b.example.com']
export const pki = createPki()
const server = pki.server(hosts)

export interface Outcome {
  /** 2 where the command line is wrong. */
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A directory with a configuration and a registry, and the commands that stand in it. */
export interface RegistryStage {
  readonly directory: string
  /** Writes a file and gives its name. */
  readonly write: (name: string, content: string | Uint8Array) => string
  /** Runs `registry` with these arguments and the configuration. */
  readonly run: (...args: string[]) => Promise<Outcome>
}

export type SetRegistryStage = typeof setRegistryStage

const TOKEN = 'a-token-that-nobody-guesses-0123456789'

/** Runs a suite on either way to a registry: opened by the command, and at a running edge, which the command asks. */
export async function onEachWay(
  t: Test,
  suite: (t: Test, setStage: SetRegistryStage, way: 'file' | 'url') => Promise<unknown>,
): Promise<void> {
  await t.test('opened here', async (t) => await suite(t, setRegistryStage, 'file'))
  await t.test('at a running edge', async (t) => await suite(t, setRemoteStage, 'url'))
}

/** Sets one up; it is removed when the test ends. */
export function setRegistryStage(t: Test, domains = ['auth.example.com']): RegistryStage {
  const directory = mkdtempSync(join(tmpdir(), 'registry-command-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(directory, name), content)
    return name
  }
  write('server.crt', server.pem)
  write('server.key', server.keyPem)
  write('edge.yaml', configurationOf(domains))
  const run = async (...args: string[]) => await runIn(directory, args, ['--config', 'edge.yaml'])
  return { directory, write, run }
}

/** The same with an edge that runs there, from the first command on. */
export function setRemoteStage(t: Test, domains?: string[]): RegistryStage {
  const stage = setRegistryStage(t, domains)
  let starting: Promise<RunningEdge> | null = null
  async function start(): Promise<RunningEdge> {
    const configuration = loadConfiguration(join(stage.directory, 'edge.yaml'), { environment: {} })
    const edge = await startEdge(configuration, { log: pino({ level: 'silent' }) })
    t.teardown(() => edge.stop())
    return edge
  }
  return {
    ...stage,
    async run(...args) {
      starting ??= start()
      const { adminPort } = await starting
      return await runIn(stage.directory, args, ['--url', `http://127.0.0.1:${adminPort}`])
    },
  }
}

/** Runs a command with the way to the registry put behind its name. */
export async function runIn(
  directory: string,
  args: readonly string[],
  way: readonly string[],
  environment: Readonly<Record<string, string>> = { MTLS_EDGE_ADMIN_TOKEN: TOKEN },
): Promise<Outcome> {
  let out = ''
  let err = ''
  let code = 0
  const surroundings = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    environment: { INIT_CWD: directory, NO_COLOR: '1', ...environment },
    workingDirectory: '/',
  }
  const program = new Command('mtls-edge')
    .configureOutput({ writeOut: surroundings.stdout.write, writeErr: surroundings.stderr.write })
    .exitOverride()
  addRegistryCommands(program, surroundings, (value) => {
    code = value
  })
  const [name = '', ...rest] = args
  const config = rest.includes('--help') ? [] : way
  try {
    await program.parseAsync(['registry', name, ...config, ...rest], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2
    else if (error instanceof UsageError) {
      code = 2
      err += `error: ${error.message}\n`
    } else throw error
  }
  return { code, out, err }
}

function configurationOf(domains: readonly string[]): string {
  const sections = domains.map((domain) => ({
    customDomain: domain,
    serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
    auth0: { forwardingTarget: 'https://tenant.edge.tenants.auth0.com', cnameApiKey: 'key' },
    clientCertificates: { selfSigned: 'registered' },
  }))
  const local = { host: '127.0.0.1', port: 0 }
  return JSON.stringify({
    domains: sections,
    registry: 'sqlite:registry.db',
    shutdownTimeout: '1s',
    listen: local,
    health: local,
    admin: { ...local, token: TOKEN },
  })
}
