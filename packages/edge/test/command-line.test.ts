import { readFileSync } from 'node:fs'
import t from 'tap'
import { runHere, runProgram, writeConfiguration } from './command-process.ts'
import { change } from './configuration-fixture.ts'

const COMMANDS = ['start', 'check', 'explain', 'registry', 'demo']

t.test('--version prints the version of the package', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  for (const flag of ['--version', '-v']) {
    t.same(await runProgram([flag]), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

t.test('on a Node that is too old every command says which one it needs', async (t) => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const least = engines.node.replace('>=', '')
  for (const [version, isRefused] of [
    ['20.20.2', true],
    ['22.18.9', true],
    [`${least}.0`, false],
    ['30.0.0', false],
  ] as const) {
    // Says that it is another one than it is.
    const preload = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
    const { code, stderr } = await runProgram(['check', '--config', 'none.yaml'], {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
    })
    t.equal(code, 1, version)
    const words = `mtls-edge needs Node ${least} or newer, and this is Node ${version}\n`
    if (isRefused) t.equal(stderr, words)
    else t.notMatch(stderr, 'needs Node')
  }
})

t.test('--help names every command', async (t) => {
  const { code, stdout } = await runHere(['--help'])
  t.equal(code, 0)
  for (const command of COMMANDS) t.match(stdout, new RegExp(`^ {2}${command} `, 'm'))
})

for (const command of COMMANDS) {
  t.test(`${command} --help has an example`, async (t) => {
    for (const argv of [
      [command, '--help'],
      [command, '-h'],
      ['help', command],
    ]) {
      const { code, stdout, stderr } = await runHere(argv)
      t.equal(code, 0)
      t.match(stdout, new RegExp(`Examples?:\\n  mtls-edge ${command}`))
      t.equal(stderr, '')
    }
  })
}

// biome-ignore format: one line a case
const wrong: readonly (readonly [title: string, argv: readonly string[], words: RegExp])[] = [
  ['no command', [], /Usage: mtls-edge/],
  ['a command that is not known', ['chekc'], /unknown command 'chekc'\n\(Did you mean check\?\)/],
  ['an option that is not known', ['check', '--confg', 'edge.yaml'], /unknown option '--confg'\n\(Did you mean --config\?\)/],
  ['no configuration for check', ['check'], /configuration is missing: add --config FILE/],
  ['no configuration for start', ['start'], /configuration is missing: add --config FILE/],
  ['no configuration for explain', ['explain', 'client.crt'], /configuration is missing: add --config FILE/],
  ['an option without its value', ['check', '--config'], /'-c, --config <FILE>' argument missing/],
  ['a configuration without its option', ['check', 'edge.yaml'], /the configuration has an option of its own: write --config edge\.yaml/],
  ['one argument too many', ['check', '-c', 'edge.yaml', 'more'], /too many arguments/],
  ['no certificate to explain', ['explain', '-c', 'edge.yaml'], /missing required argument 'CERTIFICATE'/],
  ['a log level that is not known', ['start', '-c', 'edge.yaml', '--log-level', 'loud'], /Allowed choices are fatal, error/],
]

for (const [title, argv, words] of wrong) {
  t.test(`refuses ${title} with exit code 2`, async (t) => {
    const { code, stdout, stderr } = await runHere(argv)
    t.equal(code, 2)
    t.match(stderr, words)
    t.equal(stdout, '')
  })
}

for (const [npmCommand, ...argv] of [
  ['run-script', 'check', 'edge.yaml'],
  // As npm 11.19 says it.
  ['run', 'check', 'edge.yaml'],
  ['run', 'check'],
  ['run', 'explain', 'edge.yaml', 'client.crt'],
] as const) {
  t.test(`says that npm ${npmCommand} took the options away from ${argv.join(' ')}`, async (t) => {
    const underNpm = { npm_command: npmCommand }
    const { code, stderr } = await runHere(argv, { environment: underNpm })
    t.equal(code, 2)
    t.match(
      stderr,
      /\(npm keeps options for itself: write them behind --, as in npm run -s mtls-edge -- check --config edge\.yaml\)/,
    )
    t.notMatch((await runHere(argv)).stderr, /npm/, 'but where npm has called')
    t.notMatch(
      (await runHere([...argv, '-c', 'none.yaml', 'x', 'y'], { environment: underNpm })).stderr,
      /npm/,
    )
  })
}

t.test('start prints the problems of its configuration and ends with 1', async (t) => {
  const cwd = writeConfiguration(t, change('20s', 'x'))
  const { code, stdout, stderr } = await runHere(['start', '-c', 'edge.yaml'], { cwd })
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^edge\.yaml:3:18: error: shutdownTimeout is not a duration\n/)
  t.match(stderr, /\n1 problem in edge\.yaml\n$/)
})

t.test('start says why it can not start and ends with 1', async (t) => {
  const cwd = writeConfiguration(
    t,
    change('127.0.0.1, port: 8443', '192.0.2.1, port: 0').replace('port: 9091', 'port: 0'),
  )
  const { code, stderr } = await runProgram(['start', '-c', 'edge.yaml', '-l', 'silent'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /^the edge can't start: .*192\.0\.2\.1/)
})
