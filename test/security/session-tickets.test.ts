// Attacks on the tickets themselves, where sessions may be resumed.
//
// CVE-2025-23419: a client authenticates at one host, keeps the session, and offers it at another host of the same
// server. Where hosts share ticket keys and session context, the session resumes there, with a certificate that the
// second host never saw: a client of one bank's domain becomes one of another's.
//
// A ticket is the server's memory in the client's hands. Changed by one bit, sealed with keys that are no longer in force
// (as one that was stolen, or that was made before a change), or sealed with another server's keys, it must be worth
// nothing: not an error, but a full handshake, in which the client proves itself anew or is nobody.
import { randomBytes } from 'node:crypto'
import { TLS_VERSIONS, type TlsVisit, visitTls } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  createHostServer,
  createSessionSecrets,
  updateHostServer,
} from '../../packages/edge/dist/front/index.js'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  hostOptions,
  MTLS_DOMAIN,
  type StageOptions,
  showConnection,
  startStage,
} from '../../packages/edge/test/front-stage.ts'

const authorities = createAuthorities()
const client = authorities.client({ subject: { CN: 'client-1' } })

const OTHER_DOMAIN = 'mtls.other.example.com'

/** Three hosts, all of which ask for certificates and resume sessions, each with secrets of its own. */
async function start(t: Test) {
  const options = (serverName: string): Parameters<typeof createHostServer>[0] => ({
    ...hostOptions({ authorities, mtls: {} } satisfies StageOptions, serverName),
    clientCertificate: 'request',
    trustAnchors: [authorities.root.pem],
    sessions: createSessionSecrets(),
  })
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const names = [MTLS_DOMAIN, CUSTOM_DOMAIN, OTHER_DOMAIN]
  const servers = names.map(
    (name) => [name, createHostServer(options(name), showConnection)] as const,
  )
  stage.front.setHosts(servers)
  const update = (changes: object = {}): void => {
    const [, server] = servers[0] ?? []
    if (server) updateHostServer(server, { ...options(MTLS_DOMAIN), ...changes })
  }
  const see = async (visitor: Omit<TlsVisit, 'port' | 'bytes'>) => {
    const { port } = stage
    const { answer, ...rest } = await visitTls({ ...visitor, port, bytes: get(visitor.servername) })
    return { ...rest, seen: JSON.parse(answer.text) }
  }
  return { see, update }
}

for (const [version, tls] of TLS_VERSIONS) {
  const home = { servername: MTLS_DOMAIN, tls }

  t.test(`a session resumes at its own host, again and again (${version})`, async (t) => {
    const { see } = await start(t)
    const first = await see({ ...home, certificate: client })
    t.match(first, { isReused: false, seen: { isReused: false, authorized: true } })
    for (const _time of [1, 2]) {
      const again = await see({ ...home, session: first.session })
      t.match(again, { isReused: true, seen: { isReused: true, subject: 'CN=client-1' } })
      t.equal(again.tickets, 0, 'no ticket that prolongs it')
    }
  })

  t.test(`the session of one host is worth nothing at another (${version})`, async (t) => {
    const { see } = await start(t)
    const { session } = await see({ ...home, certificate: client })
    for (const servername of [CUSTOM_DOMAIN, OTHER_DOMAIN]) {
      const there = await see({ servername, tls, session })
      t.match(there, { isReused: false, seen: { isReused: false, subject: null } })
    }
    t.match(await see({ ...home, session }), { isReused: true }, 'and goes on at its own')
  })

  const changes: Readonly<Record<string, object>> = {
    'new secrets': {},
    'new keys in the old context': { sessionIdContext: 'same' },
    'the old keys in a new context': { ticketKeys: 'same' },
    'secrets taken away': { sessions: null },
  }
  const initial = createSessionSecrets()
  for (const [change, keeps] of Object.entries(changes)) {
    t.test(`${change} make every session from before worthless (${version})`, async (t) => {
      const { see, update } = await start(t)
      update({ sessions: initial })
      const { session } = await see({ ...home, certificate: client })
      t.match(await see({ ...home, session }), { isReused: true })
      const next = createSessionSecrets()
      if ('sessionIdContext' in keeps)
        update({ sessions: { ...initial, ticketKeys: next.ticketKeys } })
      else if ('ticketKeys' in keeps)
        update({ sessions: { ...next, ticketKeys: initial.ticketKeys } })
      else update(keeps)
      const after = await see({ ...home, session })
      t.match(after, { isReused: false, seen: { isReused: false, subject: null } })
    })
  }

  t.test(
    `the same secrets after a change keep sessions, as two workers do (${version})`,
    async (t) => {
      const { see, update } = await start(t)
      update({ sessions: initial })
      const { session } = await see({ ...home, certificate: client })
      update({ sessions: { ...initial, ticketKeys: new Uint8Array(initial.ticketKeys) } })
      t.match(await see({ ...home, session }), { isReused: true, seen: { authorized: true } })
    },
  )

  t.test(`a ticket that was changed anywhere resumes nothing (${version})`, async (t) => {
    const { see } = await start(t)
    const { session } = await see({ ...home, certificate: client })
    // The client's own copy of the session surrounds the ticket; changes there may make it unreadable for the client.
    const name = findTicket(session)
    t.ok(name > 0, 'the ticket is found')
    const end = session.length
    for (const at of [name, name + 15, name + 20, name + 40, name + 400, end - 60]) {
      const changed = Buffer.from(session)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      const answer = await see({ ...home, session: changed })
      t.match(answer, { isReused: false, seen: { isReused: false, subject: null } }, `at ${at}`)
    }
    const forged = Buffer.concat([
      session.subarray(0, name),
      randomBytes(16),
      session.subarray(name + 16),
    ])
    t.match(await see({ ...home, session: forged }), { seen: { isReused: false, subject: null } })
    t.match(await see({ ...home, session }), { isReused: true }, 'unchanged it does')
  })
}

/** Where the ticket begins in the client's copy of the session, in OpenSSL's form: the octet string of field 10. */
function findTicket(session: Buffer): number {
  const FIELD_10_LONG = Buffer.from([0xaa, 0x82])
  const start = session.indexOf(FIELD_10_LONG)
  // Tag and length of the field, then those of the octet string.
  return start === -1 ? -1 : start + 8
}
