import t from 'tap'
import { runHere, runProgram, writeConfiguration } from './command-process.ts'
import { API_KEY, change, server } from './configuration-fixture.ts'

const BAD = change('20s', '20 s').replace('clients-root.pem', 'nothing.pem')
const DOUBTFUL = change('mode: require', 'mode: off')

t.test('a configuration without fault: one line, exit code 0', async (t) => {
  const cwd = writeConfiguration(t)
  t.same(await runProgram(['check', '--config', 'edge.yaml'], { cwd }), {
    code: 0,
    stdout: 'edge.yaml: no problems, no warnings; 1 domain, ready to start\n',
    stderr: '',
  })
})

t.test('every problem at once, each with its mend, then a summary; exit code 1', async (t) => {
  const cwd = writeConfiguration(t, BAD)
  const { code, stdout, stderr } = await runProgram(['check', '-c', 'edge.yaml'], { cwd })
  t.equal(code, 1)
  t.equal(stderr, '')
  t.same(
    stdout.split('\n').filter((line) => !line.startsWith('    ')),
    [
      'edge.yaml:3:18: error: shutdownTimeout is not a duration',
      'edge.yaml:15:28: error: domains[0].clientCertificates.caSigned.trustAnchorFiles[0] names nothing.pem, which does not exist',
      'edge.yaml: 2 problems, no warnings',
      '',
    ],
  )
  t.match(stdout, /\n {4}write a number and its unit/)
})

t.test('warnings alone are no problems', async (t) => {
  const cwd = writeConfiguration(t, DOUBTFUL)
  const { code, stdout } = await runHere(['check', '-c', 'edge.yaml'], { cwd })
  t.equal(code, 0)
  t.match(stdout, /^edge\.yaml:18:17: warning: .*revocation\.mode is off/)
  t.match(stdout, /\nedge\.yaml: no problems, 1 warning; 1 domain, ready to start\n$/)
})

t.test('JSON for programs', async (t) => {
  const cwd = writeConfiguration(t, BAD)
  const { code, stdout } = await runHere(['check', '-c', 'edge.yaml', '--json'], { cwd })
  t.equal(code, 1)
  t.match(JSON.parse(stdout), {
    ok: false,
    file: `${cwd}/edge.yaml`,
    problems: [
      {
        severity: 'error',
        path: 'shutdownTimeout',
        line: 3,
        column: 18,
        message: String,
        mend: String,
      },
      { line: 15 },
    ],
    warnings: [],
  })
})

t.test('JSON of a configuration without fault', async (t) => {
  const cwd = writeConfiguration(t, DOUBTFUL)
  const { code, stdout } = await runHere(['check', '-c', 'edge.yaml', '-j'], { cwd })
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { ok: true, problems: [], warnings: [{ severity: 'warning' }] })
})

t.test('a file that is not there', async (t) => {
  const { code, stdout } = await runHere(['check', '-c', 'nothing.yaml'], { cwd: t.testdir() })
  t.equal(code, 1)
  t.match(stdout, /^nothing\.yaml:1:1: error: the file does not exist\n/)
})

t.test('a directory for the file', async (t) => {
  const { code, stdout } = await runHere(['check', '-c', '.'], { cwd: t.testdir() })
  t.equal(code, 1)
  t.match(stdout, /this is a directory/)
})

t.test('paths are relative to where the user stands, also under npm', async (t) => {
  const directory = writeConfiguration(t)
  const environment = { CNAME_API_KEY: API_KEY, INIT_CWD: directory }
  const { code, stdout } = await runProgram(['check', '-c', 'edge.yaml'], { cwd: '/', environment })
  t.equal(code, 0, stdout)
  t.match(stdout, /^edge\.yaml: no problems/)
})

t.test('a variable that is not set is a problem', async (t) => {
  const cwd = writeConfiguration(t)
  const { code, stdout } = await runHere(['check', '-c', 'edge.yaml'], { cwd, environment: {} })
  t.equal(code, 1)
  t.match(stdout, /cnameApiKey names the environment variable CNAME_API_KEY, which is not set/)
})

t.test('no secret in any output', async (t) => {
  // The attack: the output of `check` goes into a ticket or a build log, and the API key with it.
  const keyBody = server.keyPem.split('\n')[1] ?? ''
  for (const text of [BAD, DOUBTFUL, change('certs/auth.crt', 'certs/auth-rsa.crt'), '{']) {
    const cwd = writeConfiguration(t, text)
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await runHere(['check', '-c', 'edge.yaml', ...more], { cwd })
      t.notOk((stdout + stderr).includes(API_KEY))
      t.notOk((stdout + stderr).includes(keyBody))
    }
  }
})
