import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { LimitsConfiguration } from '../types.js'
import { readDuration } from '../values/duration.js'

type Raw = NonNullable<RawConfiguration['limits']>
type TimeName =
  | 'handshakeTimeout'
  | 'headersTimeout'
  | 'bodyTimeout'
  | 'idleTimeout'
  | 'stallTimeout'
type SizeName = Exclude<keyof LimitsConfiguration, TimeName | OffName>
type OffName = 'connectionsPerAddress' | 'connectionsPerCertificate'

interface Range {
  readonly otherwise: number
  readonly least: number
  readonly most: number
  /** What a value outside would do. */
  readonly below: string
  readonly above: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const KIB = 1_024
const MIB = 1_024 * KIB

const HONEST = 'would cut off honest clients'
const ENDLESS = 'would let slow clients hold what others need'

/** Why each default is what it is: docs/limits.md. */
const TIMES = {
  handshakeTimeout: range(10 * SECOND, 1 * SECOND, 2 * MINUTE, HONEST, ENDLESS),
  headersTimeout: range(10 * SECOND, 1 * SECOND, 2 * MINUTE, HONEST, ENDLESS),
  bodyTimeout: range(30 * SECOND, 1 * SECOND, 10 * MINUTE, HONEST, ENDLESS),
  idleTimeout: range(60 * SECOND, 1 * SECOND, 60 * MINUTE, HONEST, ENDLESS),
  // Auth0 may take 20 s for its answer, during which nothing passes on the client's side either.
  stallTimeout: range(
    2 * MINUTE,
    30 * SECOND,
    60 * MINUTE,
    "would cut off clients that wait for Auth0's answer",
    ENDLESS,
  ),
} satisfies Record<TimeName, Range>

const SIZES = {
  requestsPerConnection: range(10_000, 10, 1e9, 'would cost a handshake every few requests', ''),
  connections: range(10_000, 1, 1_000_000, '', 'is more than one machine can hold'),
  headerBytes: range(
    16 * KIB,
    4 * KIB,
    256 * KIB,
    'would refuse requests with a token and a DPoP proof',
    'would let each client fill the memory',
  ),
  // Beyond it path-guard refuses: above a thousand Node drops header lines unseen.
  headerCount: range(100, 20, 400, HONEST, 'is more than can be checked safely'),
  urlBytes: range(8 * KIB, 256, 256 * KIB, HONEST, 'would let each client fill the memory'),
  bodyBytes: range(1 * MIB, 1 * KIB, 1_024 * MIB, HONEST, 'is more than Auth0 takes'),
} satisfies Record<SizeName, Range>

const PER_CLIENT = range(0, 1, 1_000_000, '', 'is no limit; leave it out for none')

function range(
  otherwise: number,
  least: number,
  most: number,
  below: string,
  above: string,
): Range {
  return { otherwise, least, most, below, above }
}

/** Reads the limits, and judges whether they make sense one by one and together. */
export function readLimits(
  raw: Raw | undefined,
  workers: number,
  place: Place,
): LimitsConfiguration | null {
  const time = (name: TimeName): number | null => {
    const here = place.at(name)
    const value = readDuration(raw?.[name], TIMES[name].otherwise, here)
    return value === null ? null : judge(value, TIMES[name], here, formatTime)
  }
  const size = (name: SizeName): number | null =>
    judge(raw?.[name] ?? SIZES[name].otherwise, SIZES[name], place.at(name), String)
  const perClient = (name: OffName): number | null => {
    const value = raw?.[name]
    return value === undefined ? null : judge(value, PER_CLIENT, place.at(name), String)
  }
  const read = {
    handshakeTimeout: time('handshakeTimeout'),
    headersTimeout: time('headersTimeout'),
    bodyTimeout: time('bodyTimeout'),
    idleTimeout: time('idleTimeout'),
    stallTimeout: time('stallTimeout'),
    requestsPerConnection: size('requestsPerConnection'),
    connections: size('connections'),
    headerBytes: size('headerBytes'),
    headerCount: size('headerCount'),
    urlBytes: size('urlBytes'),
    bodyBytes: size('bodyBytes'),
  }
  const off = {
    connectionsPerAddress: perClient('connectionsPerAddress'),
    connectionsPerCertificate: perClient('connectionsPerCertificate'),
  }
  if (!isComplete(read)) return null
  judgeTogether(read, workers, place)
  return { ...read, ...off }
}

type Complete<Read> = { readonly [name in keyof Read]: NonNullable<Read[name]> }

function isComplete<Read extends object>(read: Read): read is Read & Complete<Read> {
  return Object.values(read).every((value) => value !== null)
}

function judge(
  value: number,
  { least, most, below, above }: Range,
  place: Place,
  format: (value: number) => string,
): number | null {
  if (value < least) return place.error(below || 'is too little', `write ${format(least)} or more`)
  if (value > most) return place.error(above || 'is too much', `write ${format(most)} at the most`)
  return value
}

function judgeTogether(
  limits: Pick<
    LimitsConfiguration,
    'bodyTimeout' | 'headersTimeout' | 'headerBytes' | 'urlBytes' | 'connections'
  >,
  workers: number,
  place: Place,
): void {
  if (limits.bodyTimeout < limits.headersTimeout) {
    place
      .at('bodyTimeout')
      .error(
        'is shorter than `headersTimeout`, and both begin with the request',
        `write ${formatTime(limits.headersTimeout)} or more`,
      )
  }
  if (limits.urlBytes > limits.headerBytes) {
    place
      .at('urlBytes')
      .error(
        'is more than `headerBytes`, in which the URL is counted too',
        `write ${limits.headerBytes} at the most, or more for \`headerBytes\``,
      )
  }
  if (limits.connections < workers) {
    place
      .at('connections')
      .error(
        `is less than one for each of the ${workers} workers, among whom it is divided`,
        `write ${workers} or more`,
      )
  }
}

const formatTime = (milliseconds: number): string =>
  milliseconds % MINUTE === 0 ? `${milliseconds / MINUTE}m` : `${milliseconds / SECOND}s`
