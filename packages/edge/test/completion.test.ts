import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { runHere } from './command-process.ts'

const run = promisify(execFile)

/** Lets a real bash complete a line, its cursor at the end, and gives what it would offer. */
async function complete(t: Test, words: readonly string[], cwd = t.testdir({})) {
  const { stdout: script } = await runHere(['completion', 'bash'])
  const call = [
    `${script}`,
    'complete -p mtls-edge >/dev/null || exit 3',
    'COMP_WORDS=(mtls-edge "$@"); COMP_CWORD=$#; _mtls_edge',
    `printf "%s\\n" "$\{COMPREPLY[@]}"`,
  ].join('\n')
  const { stdout, stderr } = await run('bash', ['--norc', '-c', call, 'bash', ...words], { cwd })
  t.equal(stderr, '')
  return stdout.split('\n').filter((line) => line !== '')
}

t.test('completes commands, options and choices in a real bash', async (t) => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['sta'], ['start']],
    [['registry', 'ex'], ['export']],
    [['registry', 'sync', '--ap'], ['--apply']],
    [['start', '--log-level', 'de'], ['debug']],
    [['start', '-l', 'si'], ['silent']],
    [['registry', 'list', '--config', 'edge.yaml', '--state', 'sus'], ['suspended']],
    [['check', '--conf'], ['--config']],
    [['init', '--self-signed', 'for'], ['forward']],
    [['nothing-like-it'], []],
    [['start', 'registry', '--st'], []],
    // Names of files are bash's own to complete.
    [['check', '--config', 'ed'], []],
    [['explain', 'cl'], []],
  ]
  for (const [words, offered] of cases) {
    t.strictSame(await complete(t, words), offered, words.join(' '))
  }
})

t.test('offers every command that the help shows', async (t) => {
  const { stdout } = await runHere(['--help'])
  const shown = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name)
  const commands = shown.filter((name) => name !== 'mtls')
  t.ok(commands.includes('registry') && commands.includes('completion'))
  const offered = await complete(t, [''])
  for (const name of commands) t.ok(offered.includes(name), name)
})

t.test('writes for zsh and fish what it writes for bash', async (t) => {
  for (const shell of ['zsh', 'fish']) {
    const { code, stdout } = await runHere(['completion', shell])
    t.equal(code, 0)
    for (const word of ['registry sync', 'log-level', 'silent', 'suspended', 'selftest']) {
      t.match(stdout, word, `${shell}: ${word}`)
    }
    const name = `${shell} is not on this machine: its script was not run`
    const isThere = await run(shell, ['-c', 'true']).then(
      () => true,
      () => false,
    )
    if (!isThere) t.comment(name)
    else t.equal((await run(shell, ['-n', '-c', stdout])).stderr, '')
  }
})

t.test('names the shells that it knows', async (t) => {
  const { code, stderr } = await runHere(['completion', 'powershell'])
  t.equal(code, 2)
  t.match(stderr, 'bash, zsh, fish')
})
