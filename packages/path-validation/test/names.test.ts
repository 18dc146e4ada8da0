import { type Name, readCertificate } from '@mtls-edge/path-validation'
import { issueCertificate, type NameInput, type StringType } from '@mtls-edge/testkit'
import t from 'tap'

const read = (subject: NameInput, stringType: StringType = 'utf8'): Name =>
  readCertificate(issueCertificate({ subject, stringType }).der).subject
const value = (text: string): NameInput => [{ type: 'CN', value: text }]

t.test('compares names as RFC 5280 section 7.1 says', async (t) => {
  const cases: readonly (readonly [one: NameInput, other: NameInput, isSame: boolean])[] = [
    [value('Client'), value('CLIENT'), true],
    [value('a b'), value('  a \t b '), true],
    [value('ab'), value('a b'), false],
    [value('straße'), value('STRASSE'), true],
    [value('Ünïcode'), value('ÜNÏCODE'), true],
    [value('ﬁ'), value('fi'), true],
    [value('Å'), value('A\u030a'), true],
    [value('a\u00adb'), value('ab'), true],
    [value('a\u200bb'), value('ab'), true],
    [value('ΣΑΣ'), value('σας'), true],
    [value('ı'), value('i'), false],
    [value('а'), value('a'), false],
    [value('a,O=b'), 'CN=a,O=b', false],
    [
      value('a+O=b'),
      [
        [
          { type: 'CN', value: 'a' },
          { type: 'O', value: 'b' },
        ],
      ],
      false,
    ],
    [value('#0c0161'), [{ type: 'CN', value: Buffer.of(0x0c, 1, 0x61) }], false],
    [
      [
        [
          { type: 'CN', value: 'a' },
          { type: 'O', value: 'b' },
        ],
      ],
      [
        [
          { type: 'O', value: 'B' },
          { type: 'CN', value: 'A' },
        ],
      ],
      true,
    ],
    ['CN=a,O=b', 'O=b,CN=a', false],
    ['CN=a,O=b', 'CN=a', false],
    [[{ type: 'CN', value: 'a' }], [{ type: 'OU', value: 'a' }], false],
  ]
  for (const [one, other, isSame] of cases) {
    const title = `${JSON.stringify(one)} and ${JSON.stringify(other)}`
    t.equal(read(one).normalized === read(other).normalized, isSame, title)
  }
  const types: readonly StringType[] = ['utf8', 'printable', 'bmp', 'universal', 'teletex', 'ia5']
  for (const type of types) t.equal(read('CN=client', type).normalized, '2.5.4.3=client', type)
})

t.test(
  'writes names so that nothing in them acts on a terminal or passes for another name',
  async (t) => {
    const cases: readonly (readonly [name: NameInput, text: string])[] = [
      [{ C: 'NL', O: 'Acme', CN: 'client' }, 'CN=client,O=Acme,C=NL'],
      [value('a,b+c"d\\e<f>g;h=i'), 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i'],
      [value(' a '), 'CN=\\ a\\ '],
      [value('#a'), 'CN=\\#a'],
      [value('a\n\u001b[31m\0'), 'CN=a\\0a\\1b[31m\\00'],
      [value('a\u202eb\u2028\u200f'), 'CN=a\\e2\\80\\aeb\\e2\\80\\a8\\e2\\80\\8f'],
      [value('Zoë'), 'CN=Zoë'],
      [[{ type: '1.2.3.4', value: 'a' }], '1.2.3.4=#0c0161'],
      [[{ type: 'CN', value: Buffer.of(4, 1, 7) }], 'CN=#040107'],
      [
        [
          [
            { type: 'CN', value: 'a' },
            { type: 'UID', value: 'b' },
          ],
        ],
        'CN=a+UID=b',
      ],
    ]
    for (const [name, text] of cases) t.equal(read(name).text, text)
  },
)
