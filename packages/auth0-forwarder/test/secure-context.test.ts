import { setDefaultCACertificates } from 'node:tls'
import { createPki } from '@mtls-edge/testkit'
import t from 'tap'
import { shareSecureContext } from '../dist/upstream/secure-context.js'

const roots = Array.from({ length: 10 }, () => createPki().root.pem)
const [one = '', other = ''] = roots

t.test('forwarders of the same roots share a context, of different ones never', async (t) => {
  const context = shareSecureContext([one])
  t.equal(shareSecureContext([one]), context)
  for (const roots of [[], [other], [one, other], [other, one]])
    t.not(shareSecureContext(roots), context)
  t.equal(shareSecureContext([one]), context)
})

t.test('contexts are kept in a bounded number', async (t) => {
  const context = shareSecureContext([one])
  for (const root of roots.slice(1)) shareSecureContext([root])
  t.not(shareSecureContext([one]), context)
})

t.test('default roots that change are not believed any more', async (t) => {
  const contexts = [shareSecureContext([]), shareSecureContext([one])]
  setDefaultCACertificates([other])
  t.not(shareSecureContext([]), contexts[0])
  t.not(shareSecureContext([one]), contexts[1])
})
