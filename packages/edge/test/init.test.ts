import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { UsageError } from '../dist/command/exit.js'
import { runInit } from '../dist/command/init/index.js'
import { runHere } from './command-process.ts'
import { API_KEY, FILES } from './configuration-fixture.ts'

const asText = (name: string) => Buffer.from(FILES[name] ?? '').toString()

// Everything in it means something to YAML or to the configuration's own variables.
const DIRECTORY = `a "directory" with $\{NAME} # in it`

const standIn = (t: Test): string =>
  t.testdir({
    certs: { 'auth.crt': asText('certs/auth.crt'), 'auth.key': asText('certs/auth.key') },
    [DIRECTORY]: { 'root.pem': asText('clients-root.pem') },
    'key.txt': `${API_KEY}\n`,
    etc: {},
  })

const NEEDED = [
  ...['--custom-domain', 'auth.example.com'],
  ...['--forwarding-target', 'https://tenant-cd-id.edge.tenants.eu.auth0.com'],
  ...['--server-certificate', 'certs/auth.crt', '--server-key', 'certs/auth.key'],
]
const ANCHOR = ['--trust-anchor', `${DIRECTORY}/root.pem`]
const environment = {}

t.test('writes a configuration that check calls good, whatever is chosen', async (t) => {
  const choices = [
    [],
    ANCHOR,
    ['--self-signed', 'forward'],
    [...ANCHOR, '--self-signed', 'registered'],
    ['--api-key-file', 'key.txt'],
    ['--output', 'etc/edge.yaml', ...ANCHOR],
  ]
  for (const choice of choices) {
    const cwd = standIn(t)
    const title = choice.join(' ')
    const { code, stderr } = await runHere(['init', '--yes', ...NEEDED, ...choice], {
      cwd,
      environment,
    })
    t.equal(code, 0, `${title} ${stderr}`)
    const file = choice[0] === '--output' ? 'etc/edge.yaml' : 'edge.yaml'
    const checked = await runHere(['check', '--json', '--config', file], {
      cwd,
      environment: choice.includes('--api-key-file') ? {} : { CNAME_API_KEY: API_KEY },
    })
    t.match(JSON.parse(checked.stdout), { ok: true, problems: [] }, title)
    const text = readFileSync(join(cwd, file), 'utf8')
    t.notMatch(text, API_KEY, title)
    t.ok(
      text.split('\n').every((line) => line.length <= 120),
      title,
    )
  }
})

t.test('refuses to overwrite without --force', async (t) => {
  const cwd = standIn(t)
  const run = async (...more: string[]) =>
    await runHere(['init', '--yes', ...NEEDED, ...more], { cwd, environment })
  writeFileSync(join(cwd, 'edge.yaml'), 'mine')
  const refused = await run()
  t.equal(refused.code, 2)
  t.match(refused.stderr, 'edge.yaml is there already')
  t.equal(readFileSync(join(cwd, 'edge.yaml'), 'utf8'), 'mine')
  t.equal((await run('--force')).code, 0)
  t.match(readFileSync(join(cwd, 'edge.yaml'), 'utf8'), 'customDomain: auth.example.com')
})

t.test('writes nothing where what was given makes no good configuration', async (t) => {
  const cases = [
    [['--forwarding-target', 'http://tenant.example.com'], /https/],
    [['--server-key', 'key.txt'], /key\.txt/],
    [['--custom-domain', 'auth.example.com\n    publicTraffic: reject'], /customDomain/],
    [['--trust-anchor', 'nowhere.pem'], /nowhere\.pem/],
    [['--self-signed', 'reject'], /selfSigned|clientCertificates/],
  ] as const
  for (const [more, words] of cases) {
    const cwd = standIn(t)
    const { code, stderr } = await runHere(['init', '--yes', ...NEEDED, ...more], {
      cwd,
      environment,
    })
    t.equal(code, 1, more.join(' '))
    t.match(stderr, words)
    t.match(stderr, 'nothing was written')
    t.notOk(existsSync(join(cwd, 'edge.yaml')))
  }
})

t.test('names every option that is missing where nobody can be asked', async (t) => {
  const { code, stderr } = await runHere(['init', '--yes'], { cwd: standIn(t), environment })
  t.equal(code, 2)
  t.match(stderr, 'add --custom-domain, --forwarding-target, --server-certificate, --server-key')
})

t.test('takes no API key on the command line, and does not repeat it', async (t) => {
  const cwd = standIn(t)
  const { code, stderr } = await runHere(['init', '--api-key', API_KEY], { cwd, environment })
  t.equal(code, 2)
  t.match(stderr, "unknown option '--api-key'")
  t.notMatch(stderr, API_KEY)
})

t.test('asks for what no option says, again where it must be known', async (t) => {
  const cwd = standIn(t)
  const questions: string[] = []
  const answers = [
    ...['', ' auth.example.com ', 'https://tenant-cd-id.edge.tenants.eu.auth0.com'],
    ...['certs/auth.crt', 'certs/auth.key', '', '', 'key.txt'],
  ]
  let isClosed = false
  const words: string[] = []
  const stream = { write: (text: string) => words.push(text) }
  const code = await runInit(
    { output: 'edge.yaml' },
    { stdout: stream, stderr: stream, environment, workingDirectory: cwd },
    () => ({
      ask: async (question) => {
        questions.push(question)
        return answers.shift() ?? ''
      },
      close: () => {
        isClosed = true
      },
    }),
  )
  t.equal(code, 0, words.join(''))
  t.equal(questions.length, 8)
  t.equal(questions[0], questions[1])
  t.ok(isClosed)
  const text = readFileSync(join(cwd, 'edge.yaml'), 'utf8')
  t.match(text, 'selfSigned: registered')
  t.match(text, 'cnameApiKeyFile: key.txt')
  t.match(text, '\nregistry: sqlite:registry.db')
})

t.test('leaves no file and no terminal open when the questions are broken off', async (t) => {
  const cwd = standIn(t)
  const stream = { write: () => undefined }
  let isClosed = false
  const surroundings = { stdout: stream, stderr: stream, environment, workingDirectory: cwd }
  const run = runInit({ output: 'edge.yaml' }, surroundings, () => ({
    ask: () => Promise.reject(new UsageError('stopped; nothing was written')),
    close: () => {
      isClosed = true
    },
  }))
  await t.rejects(run, UsageError)
  t.ok(isClosed)
  t.notOk(existsSync(join(cwd, 'edge.yaml')))
})
