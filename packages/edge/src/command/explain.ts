import { UsageError } from './exit.js'
import type { Surroundings } from './surroundings.js'

export interface ExplainOptions {
  readonly config: string
  readonly domain?: string
  readonly at?: string
  readonly chain?: string
  readonly json?: boolean
}

export async function runExplain(
  _certificate: string,
  _options: ExplainOptions,
  _surroundings: Surroundings,
): Promise<number> {
  throw new UsageError('explain is not built yet')
}
