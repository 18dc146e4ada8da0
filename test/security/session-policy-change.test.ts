// A session that was begun under other rules.
//
// CVE-2025-68121 (Go): ClientCAs and other settings of a configuration were changed between the full handshake and the
// resumed one; the session resumed, and with it a client whose authority was no longer trusted. CVE-2022-21654 (Envoy):
// whether a session resumes did not depend on the settings by which certificates are validated, so that a client stayed in
// when they were made stricter.
//
// The attacker's certificate was good once. It keeps its session, the operator takes its authority out, denies it, asks for
// its registration; the attacker comes back. Here no session outlives a change of what it rests on: it comes to a full
// handshake, and that is judged by the new rules.
import { TLS_VERSIONS } from '@mtls-edge/testkit'
import t from 'tap'
import { clients, servers } from '../../packages/edge/test/edge-stage.ts'
import { type SafeStage, startSafeStage } from './session-stage.ts'

const client = clients.client({ subject: { CN: 'client-1' } })
const selfSigned = clients.selfSignedClient()
const other = clients.client({ subject: { CN: 'client-2' } })

/** Settings of the domain that stand in every configuration of these tests, so that a change is one of text. */
const settings = {
  settings: { registry: 'sqlite:registry.db' },
  files: { 'strangers-root.pem': servers.root.pem, 'key.txt': 'another-key' },
}

const replace = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`no ${from} in:\n${text}`)
  return text.replaceAll(from, to)
}

const rules = (text: string) => replace('selfSigned: forward', `selfSigned: forward\n      ${text}`)

const changes = {
  'other anchors': {
    edit: replace('- clients-root.pem', '- strangers-root.pem'),
    reason: 'untrusted_issuer',
  },
  'one anchor more': {
    edit: replace('- clients-root.pem', '- clients-root.pem\n          - strangers-root.pem'),
    reason: null,
  },
  'the deny list': {
    edit: rules('deny: { subjects: ["CN=client-1"] }'),
    reason: 'denied',
  },
  'the allow list': {
    edit: rules('allow: { subjects: ["CN=client-2"] }'),
    reason: 'not_allowed',
  },
  'a registration that is asked for': {
    edit: replace('revocation:', 'requireRegistration: true\n        revocation:'),
    reason: 'not_registered',
  },
  'revocation that is looked at': {
    edit: replace('mode: off', 'mode: require'),
    reason: 'revocation_unknown',
  },
}

for (const [version, tls] of TLS_VERSIONS) {
  for (const [change, { edit, reason }] of Object.entries(changes)) {
    t.test(`${change} ends the sessions of before (${version})`, async (t) => {
      const stage = await startSafeStage(t, undefined, settings)
      const { session } = await stage.visit(tls, { certificate: client })
      t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
      await stage.change(edit)
      const status = reason === null ? 200 : 401
      const after = await stage.visit(tls, { certificate: client, session })
      t.match(after, { isReused: false, status, reason })
      const stripped = await stage.visit(tls, { session })
      t.match(stripped, { isReused: false, status: 401, reason: 'no_certificate' })
    })
  }

  t.test(`self-signed certificates are not accepted any more (${version})`, async (t) => {
    const stage = await startSafeStage(t)
    const { session } = await stage.visit(tls, { certificate: selfSigned })
    t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
    await stage.change(replace('selfSigned: forward', 'selfSigned: reject'))
    const after = await stage.visit(tls, { certificate: selfSigned, session })
    t.match(after, { isReused: false, status: 401, reason: 'self_signed_not_accepted' })
  })

  t.test(
    `a change that no verdict rests on leaves sessions as they are (${version})`,
    async (t) => {
      const stage = await startSafeStage(t, undefined, settings)
      const { session } = await stage.visit(tls, { certificate: client })
      for (const edit of [
        replace('the-api-key-that-nobody-may-see', 'another-key'),
        // The host is built anew for this one.
        replace('customDomain:', 'endpoints: [/oauth/token, /oauth/par]\n    customDomain:'),
      ]) {
        await stage.change(edit)
        t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
      }
    },
  )

  t.test(
    `a change that can not be put in force ends sessions all the same (${version})`,
    async (t) => {
      // Without a registry from the start, a configuration that asks for one can't be put in force.
      const stage = await startSafeStage(t)
      const { session } = await stage.visit(tls, { certificate: client })
      await t.rejects(stage.change(withRegistry))
      const after = await stage.visit(tls, { certificate: client, session })
      t.match(after, { isReused: false, status: 200 })
      await checkResumes(stage, tls)
    },
  )

  async function checkResumes(stage: SafeStage, tls: object): Promise<void> {
    const { session } = await stage.visit(tls, { certificate: other })
    t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
  }
}

const withRegistry = (text: string): string =>
  replace(
    'revocation:',
    'requireRegistration: true\n        revocation:',
  )(`registry: sqlite:registry.db\n${text}`)
