import { execFile, execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where Debian installs it, a folder for each version. */
const INSTALLED = '/usr/lib/postgresql'

/** Below the ports that systems hand out to whoever asks for any: nobody gets this one while the server is away. */
const PORTS = [20_000, 32_000] as const

/** Who runs it where the tests run as root, which PostgreSQL refuses to do. */
const USER = 'postgres'

/** A PostgreSQL server of a test's own, that it may stop. */
export interface PostgresCluster {
  readonly url: string
  /** Stops it as a crash would: no goodbye to clients, no checkpoint. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Stops it, and removes all that it had. */
  remove(): void
}

/** Where PostgreSQL's programs are. */
export interface PostgresPrograms {
  readonly folder: string
  /** What a command begins with so that it does not run as root. */
  readonly prefix: readonly string[]
}

/** Finds them; a text says why they can't be used. */
export function findPostgres(): PostgresPrograms | string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort() : []
  const folder = join(INSTALLED, versions.at(-1) ?? '', 'bin')
  if (!existsSync(join(folder, 'initdb'))) return `PostgreSQL is not installed in ${INSTALLED}`
  if (process.getuid?.() !== 0) return { folder, prefix: [] }
  try {
    execFileSync('runuser', ['-u', USER, '--', 'true'], { stdio: 'ignore' })
  } catch {
    return `PostgreSQL does not run as root, and there is no user ${USER}`
  }
  return { folder, prefix: ['runuser', '-u', USER, '--'] }
}

/** Makes a cluster in a temporary folder and starts it, on loopback alone. */
export async function startPostgres(programs: PostgresPrograms): Promise<PostgresCluster> {
  const [mktemp, ...template] = command(programs, ['mktemp', '-d', join(tmpdir(), 'pg-XXXXXX')])
  const { stdout } = await run(mktemp, template, { cwd: '/' })
  const directory = stdout.trim()
  const port = await findPort()
  const data = join(directory, 'data')
  const call = async (program: string, ...options: readonly string[]): Promise<void> => {
    const line = command(programs, [join(programs.folder, program), '-D', data, ...options])
    const [file, ...rest] = line
    await run(file, rest, { cwd: '/' })
  }
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
  // The server keeps what it inherits: without a log of its own it would keep our pipe open.
  const startOptions = ['-w', '-s', '-l', join(directory, 'log'), '-o', settings, 'start']
  const stopOptions = ['-w', '-s', '-m', 'immediate', 'stop']
  const removeNow = (): void => {
    process.off('exit', removeNow)
    const stop = command(programs, [join(programs.folder, 'pg_ctl'), '-D', data, ...stopOptions])
    for (const [file, ...rest] of [stop, command(programs, ['rm', '-rf', directory])]) {
      try {
        execFileSync(file, rest, { cwd: '/', stdio: 'ignore' })
      } catch {
        // It is stopped already.
      }
    }
  }
  process.on('exit', removeNow)
  await call('initdb', '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions')
  await call('pg_ctl', ...startOptions)
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    crash: () => call('pg_ctl', ...stopOptions),
    start: () => call('pg_ctl', ...startOptions),
    remove: removeNow,
  }
}

function command(
  { prefix }: PostgresPrograms,
  line: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const [first, ...rest] = [...prefix, ...line]
  return first === undefined ? line : [first, ...rest]
}

async function findPort(): Promise<number> {
  for (;;) {
    const port = randomInt(...PORTS)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
