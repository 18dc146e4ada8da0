import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../configuration/index.js'

/** The token of the configuration in force. */
export interface AdminToken {
  /** Compares in constant time: of hashes, so that the length shows in nothing either. */
  isSame(text: string): boolean
  /** Puts another one in force; returns whether it is another one. */
  replace(token: Secret): boolean
}

export function createAdminToken(token: Secret): AdminToken {
  let hash = hashOf(token.reveal())
  return {
    isSame: (text) => timingSafeEqual(hashOf(text), hash),
    replace(next) {
      const nextHash = hashOf(next.reveal())
      if (timingSafeEqual(nextHash, hash)) return false
      hash = nextHash
      return true
    },
  }
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
