import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAt: number
}

/**
 * Makes the memory in which one stand-in keeps sessions, grants and tokens. Nothing outlives the process, and two stand-ins
 * share nothing.
 *
 * It is oidc-provider's adapter interface over a `Map`; expired entries are dropped when they are looked for.
 */
export function createStorage(): AdapterFactory {
  const entries = new Map<string, Entry>()

  function read(key: string): AdapterPayload | undefined {
    const entry = entries.get(key)
    if (entry !== undefined && entry.expiresAt > Date.now()) return entry.payload
    entries.delete(key)
    return undefined
  }

  function findWhere(model: string, matches: (payload: AdapterPayload) => boolean) {
    for (const key of entries.keys()) {
      if (!key.startsWith(`${model}:`)) continue
      const payload = read(key)
      if (payload !== undefined && matches(payload)) return payload
    }
    return undefined
  }

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : inSeconds(expiresIn)
      entries.set(`${model}:${id}`, { payload, expiresAt })
    },
    async find(id) {
      return read(`${model}:${id}`)
    },
    async findByUid(uid) {
      return findWhere(model, (payload) => payload.uid === uid)
    },
    async findByUserCode(userCode) {
      return findWhere(model, (payload) => payload.userCode === userCode)
    },
    async consume(id) {
      const payload = read(`${model}:${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) {
        if (payload.grantId === grantId) entries.delete(key)
      }
    },
  })
}

function inSeconds(seconds: number): number {
  return Date.now() + seconds * 1000
}
