/*
 * What a start loads is what it takes: every module is looked for, read, compiled and kept. What a configuration does not use is
 * not loaded, nor what other commands or other processes of the edge need.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findEdgeProgram } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { startProcessStage } from '../../packages/edge/test/edge-process-stage.ts'

const PRELOAD = fileURLToPath(new URL('./loaded-modules-report.ts', import.meta.url))
const PROGRAM = ['--import', PRELOAD, findEdgeProgram(), 'start', '--config']
const MANIFEST = new URL('../../packages/edge/package.json', import.meta.url)

/** Of the edge's dependencies, those that every edge needs. Of all others each is loaded where a setting or a command wants it. */
const NEEDED = [
  '@mtls-edge/path-validation',
  '@mtls-edge/cert-verifier',
  '@mtls-edge/path-guard',
  '@mtls-edge/auth0-forwarder',
  '@fastify/error',
  'close-with-grace',
  'commander',
  'fastest-levenshtein',
  'fastify',
  'fastify-plugin',
  'pino',
  'yaml',
]
/** A primary answers no requests. */
const OF_THOSE_THAT_SERVE = [
  '@mtls-edge/cert-verifier',
  '@mtls-edge/path-guard',
  '@mtls-edge/auth0-forwarder',
  'fastify-plugin',
]
/** What comes along with a dependency of ours and need not be loaded: by Fastify, by the registry. */
const BEHIND_OTHERS = ['@fastify/ajv-compiler', 'light-my-request', 'pg', 'ip-address']

/**
 * A few more than there are: who adds one knows; who adds many is to see it. Modules of ours are shipped many in a file; both are bounded,
 * since what is loaded in one piece is loaded still.
 */
const MOST = {
  alone: { files: 295, modules: 635 },
  worker: { files: 280, modules: 605 },
  primary: { files: 290, modules: 515 },
} as const

const { dependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8'))
const unneeded = [
  ...Object.keys(dependencies).filter((name) => !NEEDED.includes(name)),
  ...BEHIND_OTHERS,
]

interface Loaded {
  readonly isWorker: boolean
  readonly files: number
  readonly modules: number
  readonly packages: readonly string[]
  readonly builtins: string
}

/** Starts an edge, has it answer, and returns what each of its processes has loaded. */
async function startAndList(t: Test, workers: number): Promise<readonly Loaded[]> {
  const stage = await startProcessStage(t, { program: PROGRAM, workers })
  t.equal((await stage.readyz()).status, 200)
  stage.child.kill('SIGUSR2')
  const lists: Loaded[] = []
  while (lists.length < (workers === 1 ? 1 : workers + 1))
    lists.push((await stage.nextLine('loaded')) as unknown as Loaded)
  return lists
}

function hold(
  t: Test,
  loaded: Loaded | undefined,
  most: (typeof MOST)[keyof typeof MOST],
  never: readonly string[],
) {
  const { files = 0, modules = 0, packages = [], builtins = '' } = loaded ?? {}
  t.comment(`${modules} modules in ${files} files`)
  t.ok(packages.includes('fastify') && modules > 100, 'what is loaded is listed')
  t.match(builtins, /\bhttps\b/)
  t.same(
    packages.filter((name) => never.includes(name)),
    [],
  )
  t.ok(files <= most.files, `${files} files are loaded`)
  t.ok(modules <= most.modules, `${modules} modules are loaded`)
  t.notMatch(builtins, /undici/, 'an import of node:http would load it')
}

t.test('an edge of one process loads what its configuration uses', async (t) => {
  const [alone] = await startAndList(t, 1)
  hold(t, alone, MOST.alone, unneeded)
})

t.test('a worker loads no more, and its primary nothing that serves', async (t) => {
  const lists = await startAndList(t, 2)
  for (const loaded of lists) {
    if (loaded.isWorker) hold(t, loaded, MOST.worker, unneeded)
    else hold(t, loaded, MOST.primary, [...unneeded, ...OF_THOSE_THAT_SERVE])
  }
})
