import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)
const unit = readFileSync(
  new URL('../../examples/systemd/mtls-edge.service', import.meta.url),
  'utf8',
)

const valuesOf = (name: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)

t.test('systemd finds no fault in the unit', async (t) => {
  const isThere = await run('systemd-analyze', ['--version']).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    t.comment('systemd-analyze is not on this machine: the unit was read by this test alone')
    return
  }
  // The program itself need not be installed where this is checked.
  const file = join(t.testdir({}), 'mtls-edge.service')
  writeFileSync(file, unit.replaceAll('/usr/bin/mtls-edge', '/bin/true'))
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', file])
  t.equal(stdout + stderr, '')
})

t.test(
  'the unit checks before it starts, reloads by SIGHUP, and waits for what is in flight',
  (t) => {
    const file = '/etc/mtls-edge/edge.yaml'
    t.strictSame(valuesOf('ExecStartPre'), [`/usr/bin/mtls-edge check --config ${file}`])
    t.strictSame(valuesOf('ExecStart'), [`/usr/bin/mtls-edge start --config ${file}`])
    t.match(valuesOf('ExecReload')[0], '-HUP $MAINPID')
    const shutdownTimeout = 20
    t.ok(Number.parseInt(valuesOf('TimeoutStopSec')[0] ?? '', 10) > shutdownTimeout)
    t.end()
  },
)

t.test('the unit takes away what the edge has no use for, and leaves what V8 needs', (t) => {
  for (const name of ['DynamicUser', 'NoNewPrivileges', 'ProtectHome', 'PrivateDevices']) {
    t.strictSame(valuesOf(name), ['yes'], name)
  }
  t.strictSame(valuesOf('ProtectSystem'), ['strict'])
  t.strictSame(valuesOf('CapabilityBoundingSet'), ['CAP_NET_BIND_SERVICE'])
  t.strictSame(valuesOf('MemoryDenyWriteExecute'), [])
  t.end()
})
