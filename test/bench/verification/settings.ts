import type { StageFiles } from '../stage/stage.ts'

/** What is asked of certificates: their path alone, or also CRLs and a registry, and chains are remembered for sessions that resume. */
export type Asked = 'path' | 'everything'

/** What the service is told. */
export interface ServiceSettings {
  readonly files: StageFiles
  readonly asked: Asked
  /** DER, of all issuers. */
  readonly crlFiles: readonly string[]
  /** Where the registry is that knows the certificate. */
  readonly registry: string
  /** Plugins at `ports.many`. */
  readonly copies: number
  readonly ports: ServicePorts
}

export interface ServicePorts {
  /** Fastify without the plugin. */
  readonly none: number
  /** With so many copies of it. */
  readonly many: number
  /** With one, between clocks. */
  readonly timed: number
  /** What the clocks have seen, over plain HTTP; the next answer begins anew. */
  readonly times: number
}

/** Medians, in microseconds; `null` where nothing was seen. */
export interface SeenTimes {
  readonly kept: number | null
  readonly new: number | null
}
