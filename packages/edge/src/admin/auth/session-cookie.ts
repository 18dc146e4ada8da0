import type { FastifyReply, FastifyRequest } from 'fastify'

/** The cookie that holds a session's id; scripts can't read it, and no page of another site makes a browser send it. */
export interface SessionCookie {
  read(request: FastifyRequest): string | null
  set(reply: FastifyReply, id: string, expiresAt: Date): void
  clear(reply: FastifyReply): void
}

/** @param isSecure whether the listener has TLS: the prefix then keeps others of the same host from setting it */
export function createSessionCookie(isSecure: boolean): SessionCookie {
  const name = isSecure ? '__Host-mtls-edge-session' : 'mtls-edge-session'
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const
  return {
    read: ({ cookies }) => cookies[name] ?? null,
    set: (reply, id, expiresAt) =>
      void reply.setCookie(name, id, { ...attributes, expires: expiresAt }),
    clear: (reply) => void reply.clearCookie(name, attributes),
  }
}
