import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { configurationSchema } from './compiled-schema.js'
import type { ReadContext } from './context.js'
import { type ConfigurationDocument, parseConfigurationDocument } from './document.js'
import { type Environment, expandEnvironment } from './environment.js'
import { codeOf, NamedFiles, type ReadFile } from './files/named-files.js'
import { freezeDeeply } from './freeze.js'
import { Place, Report } from './place.js'
import { ConfigurationError } from './problem.js'
import type { RawConfiguration } from './schema.js'
import { readAdmin } from './sections/admin.js'
import { readDomain } from './sections/domain.js'
import { readLimits } from './sections/limits.js'
import { checkNames } from './sections/names.js'
import { readRateLimit } from './sections/rate-limit.js'
import { readRegistry } from './sections/registry.js'
import { readAddresses } from './sections/service.js'
import { readTracing } from './sections/tracing.js'
import type { EdgeConfiguration } from './types.js'
import { isRecord, unfoldShortForms } from './unfold.js'
import { validateShape } from './validate.js'
import { readDuration } from './values/duration.js'

const DEFAULT_SHUTDOWN_TIMEOUT = 20_000
const DEFAULT_DRAIN_DELAY = 0

export interface LoadOptions {
  /** What `${NAME}` stands for, usually `process.env`. */
  readonly environment: Environment
  /** For the dates of certificates. Default: the current time. */
  readonly now?: Date
  /** Reads a file at once; throws as `readFileSync` does, which is the default. */
  readonly readFile?: ReadFile
}

/**
 * Reads the configuration file and every file that it names.
 *
 * It does not connect to anything: not to the registry, not to Auth0.
 *
 * @param file relative to the working directory
 * @throws ConfigurationError with every problem at once
 */
export function loadConfiguration(file: string, options: LoadOptions): EdgeConfiguration {
  const { environment, now = new Date(), readFile = readFileSync } = options
  const path = resolve(file)
  const document = parseConfigurationDocument(readText(path, readFile))
  const report = new Report(path, document)
  const root = new Place(report)
  const files = new NamedFiles(dirname(path), readFile)
  const parts = readParts(document, root, environment, { files, now })
  const problems = report.list('error')
  const warnings = report.list('warning')
  if (problems.length > 0 || parts === null) throw new ConfigurationError(problems, warnings)
  return freezeDeeply({ file: path, namedFiles: files.names, ...parts, warnings })
}

type Parts = Omit<EdgeConfiguration, 'file' | 'namedFiles' | 'warnings'>

/** Reads as much as can be read, so that every problem is reported; `null` only where some were. */
function readParts(
  document: ConfigurationDocument,
  root: Place,
  environment: Environment,
  shared: Pick<ReadContext, 'files' | 'now'>,
): Parts | null {
  if (document.syntax.length > 0) {
    for (const problem of document.syntax) root.syntaxError(problem)
    return null
  }
  const expanded = expandEnvironment(document.value, configurationSchema, environment, root)
  const raw = validateShape(unfoldShortForms(expanded), root)
  if (raw === null) return null
  const hasRegistry = isRecord(document.value) && 'registry' in document.value
  const context = { ...shared, hasRegistry }
  const registry = readRegistry(raw.registry, root.at('registry'), context)
  const rateLimit = readRateLimit(raw.rateLimit, root.at('rateLimit'), context)
  const domains = readDomains(raw, root.at('domains'), context)
  const shutdownTimeout = readDuration(
    raw.shutdownTimeout,
    DEFAULT_SHUTDOWN_TIMEOUT,
    root.at('shutdownTimeout'),
  )
  const drainDelay = readDuration(raw.drainDelay, DEFAULT_DRAIN_DELAY, root.at('drainDelay'))
  const { admin: adminAddress, ...addresses } = readAddresses(raw, root)
  const admin = readAdmin(raw.admin, adminAddress, root.at('admin'), context)
  const workers = raw.workers ?? availableParallelism()
  const tracing = readTracing(raw.tracing, root.at('tracing'))
  const limits = readLimits(raw.limits, workers, root.at('limits'))
  if (shutdownTimeout === null || drainDelay === null || limits === null) return null
  return {
    ...addresses,
    workers,
    tlsProfile: raw.tlsProfile ?? 'fapi2',
    shutdownTimeout,
    drainDelay,
    limits,
    rateLimit,
    domains,
    registry,
    tracing,
    admin,
  }
}

function readDomains(
  raw: RawConfiguration,
  place: Place,
  context: ReadContext,
): EdgeConfiguration['domains'] {
  const domains = (raw.domains ?? []).map((domain, index) =>
    domain === undefined
      ? null
      : readDomain(domain, raw.tlsProfile ?? 'fapi2', place.at(index), context),
  )
  checkNames(domains, place)
  return domains.filter((domain) => domain !== null)
}

function readText(file: string, readFile: ReadFile): string {
  const fail = (message: string, mend: string): never => {
    const place = { file, line: 1, column: 1, path: '' }
    throw new ConfigurationError([{ severity: 'error', ...place, message, mend }], [])
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFile(file))
  } catch (error) {
    const code = error instanceof Error ? codeOf(error) : ''
    if (code === 'ENOENT') return fail('the file does not exist', 'name it with --config FILE')
    if (code === 'EACCES') return fail('this user may not read the file', 'let this user read it')
    if (code === 'EISDIR') return fail('this is a directory', 'name the file in it')
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return fail('the file is not in UTF-8', 'save it as UTF-8')
    }
    return fail('the file cannot be read', 'name a file with --config FILE')
  }
}
