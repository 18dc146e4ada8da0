import type { RevocationFacts } from '../../explanation/index.js'

const KINDS: Readonly<Record<RevocationFacts['kind'], string>> = {
  crl: 'CRL',
  ocsp: 'OCSP answer',
}

/** Units of a time span, the longest first, in seconds. */
const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** Writes one source of a status: where it is from, how old it is, what it says or why it does not count. */
export function writeRevocation(facts: RevocationFacts): string {
  const { kind, source, thisUpdate, nextUpdate, age, signedBy, says, problem } = facts
  const parts = [
    `${KINDS[kind]} from ${source ?? 'an unknown source'}`,
    age < 0 ? `issued in the future (${thisUpdate})` : `${writeSpan(age)} old (${thisUpdate})`,
    nextUpdate === null ? 'without a next update' : `next update ${nextUpdate}`,
    ...(signedBy === null ? [] : [`signed by ${signedBy}`]),
    problem === null ? `says: ${says}` : `does not count: ${problem}`,
  ]
  return parts.join(', ')
}

/** The longest unit that fits, rounded down. */
function writeSpan(seconds: number): string {
  const [name, size] = UNITS.find((unit) => seconds >= unit[1]) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
