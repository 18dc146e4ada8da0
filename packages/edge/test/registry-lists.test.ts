import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createProgressBar } from '../dist/command/registry/progress.js'
import { onEachWay, pki } from './registry-stage.ts'

const day = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * day + 60_000)
const clientOf = (name: string, days: number) =>
  pki.selfSignedClient({
    subject: { CN: name },
    notBefore: inDays(-400),
    notAfter: inDays(days),
  })
const expired = clientOf('expired', -3)
const soon = clientOf('soon', 1)
const later = clientOf('later', 300)

await onEachWay(t, async (t, setRegistryStage) => {
  t.test('lists thumbprint, state, days left and subject', async (t) => {
    const stage = setRegistryStage(t)
    const file = stage.write('all.pem', expired.pem + soon.pem + later.pem)
    const added = await stage.run('add', file)
    t.match(added.err, `warning: ${expired.thumbprint} expired on `)
    await stage.run('suspend', later.thumbprint)
    await stage.run('deny', 'cd'.repeat(32))

    const { out } = await stage.run('list')
    const [header, ...rows] = out.trimEnd().split('\n')
    t.match(header, /^THUMBPRINT +STATE +EXPIRES +SUBJECT$/)
    t.equal(rows.length, 4)
    const rowOf = (thumbprint: string) => rows.find((row) => row.startsWith(thumbprint))
    t.match(rowOf(expired.thumbprint), /active +\d{4}-\d\d-\d\d \(expired\) +CN=expired$/)
    t.match(rowOf(soon.thumbprint), /active +\d{4}-\d\d-\d\d \(1 day\) +CN=soon$/)
    t.match(rowOf(later.thumbprint), /suspended +\d{4}-\d\d-\d\d \(300 days\) +CN=later$/)
    t.match(rowOf('cd'.repeat(32)), /revoked +unknown +-$/)

    const expiring = JSON.parse((await stage.run('list', '--expiring', '30d', '--json')).out)
    t.match(expiring, [
      { thumbprint: expired.thumbprint, daysLeft: -3 },
      { thumbprint: soon.thumbprint, daysLeft: 1, domain: 'auth.example.com', state: 'active' },
    ])
    t.equal(expiring.length, 2, 'what expires first comes first')
    const suspended = JSON.parse((await stage.run('list', '--state', 'suspended', '--json')).out)
    t.match(suspended, [{ thumbprint: later.thumbprint }])
    const none = await stage.run('list', '--state', 'pending')
    t.match(none, { code: 0, out: '', err: 'no entries\n' })
    t.equal((await stage.run('list', '--state', 'pending', '--json')).out, '[]\n')
  })

  t.test('lets no name in a certificate or a label draw on the terminal', async (t) => {
    // Attack: a subject with escape sequences clears the screen, recolours a revoked row or turns the text around.
    const stage = setRegistryStage(t)
    const evil = pki.selfSignedClient({
      subject: { CN: '\u001b[2J\u202egnp.exe\nactive  CN=admin' },
    })
    const file = stage.write('evil.pem', evil.pem)
    const notes = 'first\n\u009b31msecond'
    const refused = await stage.run('add', file, '--notes', notes)
    t.match(refused, { code: 1, err: 'the notes must not have control characters' })
    const outputs = [
      await stage.run('add', file, '--owner', 'rtl \u202e owner', '--notes', 'one\ntwo \u2066'),
      await stage.run('list'),
      await stage.run('show', file),
    ]
    for (const { code, out, err } of outputs) {
      t.equal(code, 0)
      t.notMatch(out + err, /(?!\n)[\p{Cc}\p{Cf}]/u)
      t.notMatch(out, /^active {2}CN=admin/m)
    }
    t.match(JSON.parse((await stage.run('show', file, '--json')).out), {
      entry: { notes: 'one\ntwo \u2066' },
    })
  })

  t.test('exports lines that another registry imports, with all there is', async (t) => {
    const from = setRegistryStage(t, ['auth.example.com', 'b.example.com'])
    const file = from.write('some.pem', soon.pem + later.pem)
    const first = ['--domain', 'auth.example.com']
    await from.run('add', file, ...first, '--client-name', 'Bank', '--notes', 'a\nb')
    await from.run('suspend', soon.thumbprint, ...first)
    await from.run('deny', 'cd'.repeat(32), '--domain', 'b.example.com')
    t.match(await from.run('export', 'out.jsonl'), { code: 0, out: '3 exported\n' })
    const again = await from.run('export', 'out.jsonl')
    t.match(again, { code: 1, err: 'it is there already' })

    const to = setRegistryStage(t, ['auth.example.com', 'b.example.com'])
    const lines = readFileSync(join(from.directory, 'out.jsonl'), 'utf8')
    const imported = await to.run('import', to.write('in.jsonl', lines))
    t.match(imported, { code: 0, out: '3 added, 0 changed, 0 unchanged\n' })
    const twice = await to.run('import', 'in.jsonl')
    t.match(twice, { code: 0, out: '0 added, 0 changed, 3 unchanged\n' })
    const dates = /"(createdAt|changedAt)":"[^"]*",/g
    t.equal((await to.run('export')).out.replace(dates, ''), lines.replace(dates, ''))
    const one = await to.run('export', '--domain', 'b.example.com')
    t.equal(one.out.trimEnd().split('\n').length, 1)
  })

  t.test('stops an import at the first line that is wrong, and says which', async (t) => {
    const good = JSON.stringify({ pem: soon.pem })
    const cases = [
      ['{', 'not JSON'],
      ['[]', 'not a JSON object'],
      ['{}', 'neither "pem" nor "thumbprint"'],
      ['{"thumbprint":"ab"}', '"thumbprint" is not a SHA-256 thumbprint'],
      [JSON.stringify({ pem: soon.pem, thumbprint: 'ab'.repeat(32) }), 'is not the one of "pem"'],
      [JSON.stringify({ pem: soon.pem + later.pem }), '"pem" must hold one certificate'],
      [JSON.stringify({ pem: 'x' }), 'no CERTIFICATE block'],
      [JSON.stringify({ pem: soon.pem, state: 'ok' }), '"state" must be one of active'],
      [JSON.stringify({ pem: soon.pem, owner: 1 }), '"owner" must be a string'],
      [JSON.stringify({ pem: soon.pem, owner: 'a\u0000' }), 'must not have control characters'],
      [JSON.stringify({ pem: soon.pem, domain: 'c.example.com' }), 'choose from auth.example.com'],
    ] as const
    for (const [line, message] of cases) {
      const stage = setRegistryStage(t)
      const file = stage.write(
        'in.jsonl',
        `${good}\n\n${line}\n${JSON.stringify({ pem: later.pem })}\n`,
      )
      const outcome = await stage.run('import', file)
      t.match(outcome, { code: 1, out: '1 added', err: 'error: line 3: ' }, message)
      t.match(outcome.err, message)
      t.equal(JSON.parse((await stage.run('list', '--json')).out).length, 1, message)
    }
  })
})

t.test('shows a bar on a terminal once the work is long, and nowhere else', async (t) => {
  let now = 0
  let shown = ''
  const write = (text: string) => {
    shown += text
  }
  const surroundings = (isTTY: boolean) => ({
    stdout: { write },
    stderr: { isTTY, write },
    environment: {},
    workingDirectory: '/',
  })
  const bar = createProgressBar(surroundings(true), () => now)
  bar.update(0.1, '100 lines')
  t.equal(shown, '', 'not at once')
  now = 600
  bar.update(0.5, '500 lines')
  t.match(shown, /\[#{15}\.{15}\] +50 % 500 lines$/)
  now = 650
  bar.update(0.6, '600 lines')
  t.notMatch(shown, '600', 'not more often than the eye can follow')
  bar.end()
  t.ok(shown.endsWith('\r\u001b[K'), 'the line is clean again')

  shown = ''
  const none = createProgressBar(surroundings(false), () => now)
  now = 9000
  none.update(0.9, '900 lines')
  none.end()
  t.equal(shown, '')
})
