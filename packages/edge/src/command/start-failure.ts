import type { EdgeConfiguration } from '../configuration/index.js'

interface Described {
  /** The key below `listen`, `health` or `admin`. */
  readonly key: 'host' | 'port'
  readonly message: string
  readonly mend: string
}

const OWN_ADDRESS = 'write an address of this machine, or 0.0.0.0 for all of them'

/**
 * Says for people why the edge can't start: of an address that can't be listened on, the key in the configuration and how to mend it;
 * of everything else, the error's own message.
 */
export function describeStartFailure(error: unknown, configuration: EdgeConfiguration): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code, address, port, hostname } = readSystemError(error)
  const { listen, health, admin } = configuration
  const findSection = (
    isIts: (section: Pick<EdgeConfiguration['listen'], 'host' | 'port'>) => boolean,
  ): string | null => {
    const sections = Object.entries({ listen, health, admin })
    return sections.find(([, section]) => section !== null && isIts(section))?.[0] ?? null
  }
  const named = hostname === null ? null : findSection((section) => section.host === hostname)
  if (named !== null) {
    return `${named}.host: ${hostname} has no address that is known here (${code})\n    ${OWN_ADDRESS}`
  }
  if (address === null || port === null) return error.message
  const described = describe(code, address, port)
  if (described === null) return error.message
  const section = findSection(({ host, port: own }) => own === port && host === address)
  const where = section === null ? '' : `${section}.${described.key}: `
  return `${where}${described.message} (${code})\n    ${described.mend}`
}

function describe(code: string, address: string, port: number): Described | null {
  if (code === 'EADDRINUSE') {
    return {
      key: 'port',
      message: `another program listens on port ${port} of ${address}`,
      mend: 'end it, or write another port',
    }
  }
  if (code === 'EACCES') {
    return {
      key: 'port',
      message: `this user may not listen on port ${port} of ${address}`,
      mend: 'ports below 1024 want CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE): give it, or write a higher port',
    }
  }
  if (code !== 'EADDRNOTAVAIL') return null
  return {
    key: 'host',
    message: `${address} is no address of this machine`,
    mend: OWN_ADDRESS,
  }
}

function readSystemError(error: Error): {
  readonly code: string
  readonly address: string | null
  readonly port: number | null
  readonly hostname: string | null
} {
  const { code, address, port, hostname }: Record<string, unknown> = { ...error }
  return {
    code: typeof code === 'string' ? code : '',
    address: typeof address === 'string' ? address : null,
    port: typeof port === 'number' ? port : null,
    hostname: typeof hostname === 'string' ? hostname : null,
  }
}
