import type { GeneralName } from '@mtls-edge/testkit'
import t from 'tap'
import { decide, dns, email, ip, REFUSED, uri } from './name-constraint-fixture.ts'

/** Whether a name is accepted under a constraint that permits, and under one that excludes. */
const NAMES: readonly (readonly [
  constraint: GeneralName,
  name: GeneralName,
  permitted: boolean,
  notExcluded: boolean,
])[] = [
  [dns('bank.example'), dns('bank.example'), true, false],
  [dns('bank.example'), dns('a.b.bank.example'), true, false],
  [dns('bank.example'), dns('A.BANK.EXAMPLE'), true, false],
  [dns('bank.example'), dns('notbank.example'), false, true],
  [dns('bank.example'), dns('bank.example.evil'), false, true],
  [dns('.bank.example'), dns('a.bank.example'), true, false],
  [dns('.bank.example'), dns('bank.example'), false, true],
  [dns(''), dns('anything.example'), true, false],
  [dns('bank.example'), dns('*.bank.example'), true, false],
  [dns('a.bank.example'), dns('*.bank.example'), false, false],
  [dns('bank.example'), dns('bank.example.'), false, false],
  [dns('bank.example'), dns('a..bank.example'), false, false],
  [dns('bank.example'), dns(`${'a.'.repeat(121)}bank.example`), false, false],
  [dns('bank.example'), dns('a b.bank.example'), false, false],
  [dns('bank.example'), dns('a.example'), false, true],
  [dns('bank.example'), dns(`${'a'.repeat(63)}.bank.example`), true, false],
  [dns('bank.example'), dns(`${'a'.repeat(64)}.bank.example`), false, false],
  [dns('a.bank.example'), dns('*.other.example'), false, true],
  [dns('bank.example'), dns('a.*.bank.example'), false, false],
  [dns('bank.example'), dns('bank.example\0.evil'), false, false],
  [email('bank.example'), email('a@bank.example'), true, false],
  [email('bank.example'), email('a@BANK.example'), true, false],
  [email('bank.example'), email('a@sub.bank.example'), false, true],
  [email('.bank.example'), email('a@sub.bank.example'), true, false],
  [email('.bank.example'), email('a@bank.example'), false, true],
  [email('a@bank.example'), email('a@bank.example'), true, false],
  [email('a@bank.example'), email('a@evil.example'), false, true],
  [email(''), email('a@bank.example'), true, false],
  [email('bank.example'), email('a b@bank.example'), false, false],
  [email('.bank.example'), email('a@b..bank.example'), false, false],
  [email('a@bank.example'), email('A@bank.example'), false, true],
  [email('bank.example'), email('no-at'), false, false],
  [email('bank.example'), email('"x@evil"@bank.example'), false, false],
  [email('bank.example'), email('a@b@bank.example'), false, false],
  [uri(''), uri('https://bank.example/'), true, false],
  [uri('.bank.example'), uri('https://*.bank.example/'), false, false],
  [uri('bank.example'), uri('https://a@evil.example@bank.example/'), false, false],
  [uri('bank.example'), uri('https://bank.example/path'), true, false],
  [uri('bank.example'), uri('https://user@bank.example:8443?q'), true, false],
  [uri('bank.example'), uri('https://sub.bank.example/'), false, true],
  [uri('.bank.example'), uri('https://sub.bank.example/'), true, false],
  [uri('bank.example'), uri('https://evil.example/bank.example'), false, true],
  [uri('bank.example'), uri('https://bank.example@evil.example/'), false, true],
  [uri('bank.example'), uri('https://evil.example\\@bank.example/'), false, false],
  [uri('bank.example'), uri('urn:bank.example'), false, false],
  [uri('bank.example'), uri('https://192.0.2.1/'), false, false],
  [uri('bank.example'), uri('https://[2001:db8::1]/'), false, false],
  [ip('192.0.2.0/24'), ip('192.0.2.255'), true, false],
  [ip('192.0.2.0/24'), ip('192.0.3.0'), false, true],
  [ip('192.0.2.0/25'), ip('192.0.2.128'), false, true],
  [ip('0.0.0.0/0'), ip('203.0.113.9'), true, false],
  [ip('2001:db8::/32'), ip('2001:db8:1::1'), true, false],
  [ip('2001:db8::/32'), ip('2001:db9::1'), false, true],
  [ip('192.0.2.0/24'), ip('2001:db8::1'), false, true],
  [{ directory: 'CN=x,O=Bank' }, { directory: 'OU=y,CN=x,O=Bank' }, true, false],
  [{ directory: 'CN=X,O=bank' }, { directory: 'CN=x,O=BANK ' }, true, false],
  [{ directory: 'CN=x,O=Bank' }, { directory: 'O=Bank' }, false, true],
]

t.test('permits and excludes alternative names of every form', async (t) => {
  for (const [constraint, name, permitted, notExcluded] of NAMES) {
    const title = `${JSON.stringify(constraint)} on ${JSON.stringify(name)}`
    const leaf = { subjectAlternativeNames: [name] }
    // The subject's own form is kept out of it by a constraint that permits all of it.
    const own = 'directory' in constraint ? [{ directory: 'CN=client,O=Bank' }] : []
    const allowing = { permitted: [constraint, ...own] }
    t.equal(
      decide({ intermediate: allowing, leaf }),
      permitted ? 'valid' : REFUSED,
      `permits ${title}`,
    )
    const excluding = { excluded: [constraint] }
    t.equal(
      decide({ intermediate: excluding, leaf }),
      notExcluded ? 'valid' : REFUSED,
      `excludes ${title}`,
    )
  }
})
