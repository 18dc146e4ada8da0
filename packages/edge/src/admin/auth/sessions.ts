import { createHash, randomBytes } from 'node:crypto'

/** However it is used, a session ends after so long; in milliseconds. */
export const LONGEST = 12 * 3_600_000
/** And after so long without a request. */
const IDLE = 3_600_000
/** More than one edge has people: the one that was used the longest time ago ends. */
const MAX_SESSIONS = 100

export interface Session {
  /** What whoever logged in says to be called. */
  readonly actor: string | null
  readonly expiresAt: Date
}

interface Kept extends Session {
  usedAt: number
}

/** Who is logged in on the page. In memory alone: a restart ends all sessions. */
export interface Sessions {
  /** Returns the id, which nobody but the cookie has: only its hash is kept. */
  begin(actor: string | null): { readonly id: string; readonly session: Session }
  /** `null` where there is none, or it is over. */
  find(id: string): Session | null
  end(id: string): void
  endAll(): void
}

export function createSessions(now: () => number = Date.now): Sessions {
  /** By the hash of the id; the one that was used the longest time ago first. */
  const sessions = new Map<string, Kept>()
  return {
    begin(actor) {
      const id = randomBytes(32).toString('base64url')
      const session = { actor, expiresAt: new Date(now() + LONGEST), usedAt: now() }
      sessions.set(hashOf(id), session)
      for (const key of sessions.keys()) {
        if (sessions.size <= MAX_SESSIONS) break
        sessions.delete(key)
      }
      return { id, session }
    },
    find(id) {
      const key = hashOf(id)
      const session = sessions.get(key)
      if (session === undefined) return null
      sessions.delete(key)
      if (now() >= session.expiresAt.getTime() || now() - session.usedAt >= IDLE) return null
      session.usedAt = now()
      sessions.set(key, session)
      return session
    },
    end: (id) => void sessions.delete(hashOf(id)),
    endAll: () => sessions.clear(),
  }
}

const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64')
