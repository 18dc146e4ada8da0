import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { readBody } from './body.js'
import { FetchError } from './fetch-error.js'
import { hostOf, readAddress, resolveTarget, type Target, type TargetRules } from './target.js'

// An import of node:http would read all that it exports, and with its WebSocket load all of undici: 20 ms and 8 MB.
const { request: requestHttp } = process.getBuiltinModule('node:http')

/** A CA that moves its CRLs redirects once. */
const MAX_REDIRECTS = 3

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** What is asked for. */
export interface Wanted {
  /** As it stands in the certificate. */
  readonly address: string
  /** `null`: a GET, whose redirects on the same host are followed. */
  readonly post: { readonly type: string; readonly body: Uint8Array } | null
  readonly accept: string
  /** What was had before: the server may say that it is still the one. */
  readonly validators: Validators | null
  readonly maxBytes: number
  /** Milliseconds for all of it: name, connection, redirects, body. */
  readonly timeout: number
}

/** By which a server tells whether something has changed (RFC 9110 section 8.8). */
export interface Validators {
  readonly etag: string | null
  readonly lastModified: string | null
}

/** A body, or `null` where it is still the one that was had before. */
export interface Downloaded {
  readonly body: Uint8Array | null
  readonly validators: Validators
}

/**
 * Fetches from an address that stands in a certificate: http and https only, to a public IP address only (or an allowed
 * host), on a connection to the very address that was checked, within limits of size and time, without decompression.
 * Certificates of https servers are verified by Node's roots.
 *
 * @throws {FetchError}
 */
export async function download(
  wanted: Wanted,
  rules: TargetRules,
  closing: AbortSignal,
): Promise<Downloaded> {
  const ending = new AbortController()
  const { signal } = ending
  const end = (): void => ending.abort()
  const timer = setTimeout(end, wanted.timeout)
  closing.addEventListener('abort', end, { once: true })
  if (closing.aborted) end()
  try {
    return await until(follow(readAddress(wanted.address), wanted, rules, signal), signal)
  } catch (error) {
    if (error instanceof FetchError) throw error
    if (closing.aborted) throw new FetchError('it is not wanted any more')
    if (signal.aborted) throw new FetchError(`it took longer than ${wanted.timeout} ms`)
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new FetchError(`the connection failed (${code})`, { cause: error })
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', end)
    // Whatever is still under way ends with it.
    end()
  }
}

async function follow(
  first: URL,
  wanted: Wanted,
  rules: TargetRules,
  signal: AbortSignal,
): Promise<Downloaded> {
  const { address } = await resolveTarget(first, rules)
  let url = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await ask({ url, address }, wanted, signal)
    try {
      const { statusCode = 0, headers } = response
      if (REDIRECTS.has(statusCode) && wanted.post === null) {
        url = readRedirect(url, headers.location)
        continue
      }
      const validators = {
        etag: headers.etag ?? null,
        lastModified: headers['last-modified'] ?? null,
      }
      if (statusCode === 304 && wanted.validators !== null)
        return { body: null, validators: wanted.validators }
      if (statusCode !== 200) throw new FetchError(`the server answered ${statusCode}`)
      return { body: await readBody(response, wanted.maxBytes), validators }
    } finally {
      response.destroy()
    }
  }
  throw new FetchError('it redirects too often')
}

/** Another host has not been checked, and another port is another service: neither is gone to. */
function readRedirect(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from))
    throw new FetchError('it redirects to nowhere')
  const to = readAddress(new URL(location, from).href)
  if (to.host !== from.host) throw new FetchError(`it redirects to another host, ${hostOf(to)}`)
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw new FetchError('it redirects from https to http')
  return to
}

function ask(
  { url, address }: Target,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isTls = url.protocol === 'https:'
  const name = hostOf(url)
  const options: RequestOptions & { servername?: string } = {
    method: wanted.post === null ? 'GET' : 'POST',
    // An IP address: nothing resolves a name a second time.
    host: address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: headersOf(url, wanted),
    agent: false,
    signal,
    ...(isTls && isIP(name) === 0 ? { servername: name } : {}),
  }
  return new Promise((resolve, reject) => {
    const request = (isTls ? requestHttps : requestHttp)(options, resolve)
    request.on('error', reject)
    request.end(wanted.post?.body)
  })
}

function headersOf({ host }: URL, { post, accept, validators }: Wanted): Record<string, string> {
  return {
    host,
    accept,
    'accept-encoding': 'identity',
    ...(post === null
      ? {}
      : { 'content-type': post.type, 'content-length': `${post.body.length}` }),
    ...(validators?.etag == null ? {} : { 'if-none-match': validators.etag }),
    ...(validators?.lastModified == null ? {} : { 'if-modified-since': validators.lastModified }),
  }
}

/** A resolver can't be stopped, and a response may never come; nobody waits for either longer than this. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
