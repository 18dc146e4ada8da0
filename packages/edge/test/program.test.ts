/*
 * What is shipped is not what the other tests start: it is the same code in fewer files, which lie elsewhere. Here is held that it is
 * the same code, and that it finds what it looks for beside itself: its workers, the thread of the registry, the page, its version.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findEdgeProgram, openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { TOKEN } from './admin-stage.ts'
import { startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'

const PACKAGE = new URL('../', import.meta.url)
const SCRIPT = fileURLToPath(new URL('scripts/build-program.mjs', PACKAGE))
const FOLDER = new URL('program/', PACKAGE)
const PROGRAM = findEdgeProgram()
const EXPORTS = /^export \{ (.*) \};$/gm
const manifest = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))

/** Paths are taken from there, also where npm, which has called the test, says by INIT_CWD that its user is elsewhere. */
const run = (args: readonly string[], cwd = process.cwd()) =>
  promisify(execFile)(process.execPath, args, { cwd, env: { ...process.env, INIT_CWD: cwd } })

t.test('it is the code that was built, and is what is installed as mtls-edge', async (t) => {
  await t.resolves(run([SCRIPT, '--check']))
  t.equal(fileURLToPath(new URL(manifest.bin['mtls-edge'], PACKAGE)), PROGRAM)
  t.match(readFileSync(PROGRAM, 'utf8'), /^#!\/usr\/bin\/env node\n/)
  t.ok(manifest.files.includes('program'))
})

t.test('an older Node than it runs on can write it', async (t) => {
  // Which knows less of what Node brings.
  await t.resolves(run(['--no-experimental-sqlite', SCRIPT, '--check']))
})

t.test('whatever package it has code of is released with it', (t) => {
  const settings = readFileSync(new URL('../../.changeset/config.json', PACKAGE), 'utf8')
  const [together]: readonly (readonly string[])[] = JSON.parse(settings).fixed
  const folders = readMaps().flatMap(({ sources }) =>
    sources.map((source) => /^\.\.\/\.\.\/([^/]+)/.exec(source)?.[1] ?? 'edge'),
  )
  const names = [...new Set(folders)].map((folder) => `@mtls-edge/${folder}`)
  t.ok(names.length > 1)
  t.same([...(together ?? [])].sort(), names.sort())
  t.end()
})

t.test(
  'an edge whose files another release replaced takes nothing in it for something else',
  (t) => {
    // What it loads only then (the limits that a reload brings) imports by name from what it loaded before. Names made short mean
    // another thing in each release; with their own, an import of what is not there fails.
    const exported = readdirSync(FOLDER)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => [...readFileSync(new URL(name, FOLDER), 'utf8').matchAll(EXPORTS)])
      .flatMap(([, names = '']) => names.split(', '))
      .map((name) => name.replace(/^.* as /, ''))
    t.ok(exported.length > 100)
    t.same(
      exported.filter((name) => name.length < 3),
      [],
    )
    t.end()
  },
)

t.test('its source maps name the source', async (t) => {
  const maps = readMaps()
  t.ok(maps.length > 10)
  for (const { name, sources } of maps) {
    // The schema's validator is compiled, and has no other source.
    const missing = sources.filter((source) => {
      const isWritten = /\/src\/.*\.ts$/.test(source) || source.endsWith('/compiled-schema.js')
      return !isWritten || !existsSync(new URL(source, FOLDER))
    })
    t.same(missing, [], name)
  }
})

t.test('it knows its version, and each command finds its parts', async (t) => {
  t.equal((await run([PROGRAM, '--version'])).stdout, `${manifest.version}\n`)
  const help = (await run([PROGRAM, '--help'])).stdout
  for (const command of ['start', 'check', 'explain', 'selftest', 'registry', 'demo', 'init'])
    t.match(help, new RegExp(`^  ${command}\\b`, 'm'))
  t.match((await run([PROGRAM, 'completion', 'bash'])).stdout, 'mtls-edge')
})

t.test('with two workers, a registry in a file and the admin page', async (t) => {
  const certificate = clients.client()
  const stage = await startProcessStage(t, {
    program: [PROGRAM, 'start', '--config'],
    workers: 2,
    settings: {
      registry: 'sqlite:registry.db',
      admin: { host: '127.0.0.1', port: 0, token: TOKEN },
    },
    change: (domain) => ({
      ...domain,
      clientCertificates: {
        caSigned: { ...domain.clientCertificates.caSigned, requireRegistration: true },
      },
    }),
    files: { 'client.crt': certificate.pem },
  })
  const ofConfiguration = ['--config', 'edge.yaml']
  const runThere = async (...args: string[]) => {
    const { stdout } = await run([PROGRAM, ...args, ...ofConfiguration], stage.directory)
    return stdout
  }
  await runThere('registry', 'add', 'client.crt')
  t.match(await runThere('registry', 'list'), certificate.thumbprint)
  t.match(await runThere('check'), /no problems/)
  t.match(await runThere('explain', 'client.crt'), 'client-certificate-ca-verified')

  const connection = await openTlsConnection({
    port: stage.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
  })
  t.teardown(() => connection.destroy())
  // The worker learns of the registration within a second.
  let status = 0
  for (let tries = 0; status !== 200 && tries < 100; tries += 1) {
    status = (await connection.request(request('POST /oauth/token'))).status
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  t.equal(status, 200)

  await holdPage(t, stage.adminPort)
  t.match(
    await (await fetch(`http://127.0.0.1:${stage.healthPort}/metrics`)).text(),
    `version="${manifest.version}"`,
  )
})

function readMaps(): readonly { readonly name: string; readonly sources: readonly string[] }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.map'))
    .map((name) => ({
      name,
      ...JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')),
    }))
}

async function holdPage(t: Test, port: number): Promise<void> {
  const types = {
    '': 'text/html',
    'page/app.js': 'application/javascript',
    'page/style/tokens.css': 'text/css',
  }
  for (const [path, type] of Object.entries(types)) {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`)
    t.equal(answer.status, 200, path)
    t.match(answer.headers.get('content-type') ?? '', type)
  }
}
