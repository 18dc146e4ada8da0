import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import type { Test } from 'tap'
import { type Domain, type EdgeStage, type StageAdditions, startEdgeStage } from './edge-stage.ts'

export const TOKEN = 'a-token-that-nobody-guesses-0123456789'

export interface AdminAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** Parsed; empty where it is no JSON. */
  readonly body: Body
}

export interface AdminRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: object | string
  /** Whether the token goes along. Default: yes. */
  readonly isKnown?: boolean
  /** Roots to verify the listener by: it is then asked over TLS. */
  readonly ca?: string
}

/** What an answer holds: tests match it, and nothing else looks into it. */
export type Body = Readonly<Record<string, unknown>>

/** An edge in this process with its admin listener. */
export interface AdminStage extends EdgeStage {
  readonly adminPort: number
  call(path: string, request?: AdminRequest): Promise<AdminAnswer>
}

/** Starts one, with a registry of its own. */
export async function startAdminStage(
  t: Test,
  change?: (domain: Domain) => object,
  { settings = {}, files = {} }: StageAdditions = {},
): Promise<AdminStage> {
  const stage = await startEdgeStage(t, change, {
    files,
    settings: {
      registry: 'sqlite:registry.db',
      admin: { host: '127.0.0.1', port: 0, token: TOKEN },
      ...settings,
    },
  })
  const port = stage.edge.adminPort
  if (port === null) throw new Error('there is no admin listener')
  return {
    ...stage,
    get log() {
      return stage.log
    },
    adminPort: port,
    call: (path, request) => callAdmin(port, path, request),
  }
}

/** Asks the admin listener, byte for byte what is said. */
export function callAdmin(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, isKnown = true, ca }: AdminRequest = {},
): Promise<AdminAnswer> {
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: {
      ...(isKnown ? { authorization: `Bearer ${TOKEN}` } : {}),
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
  }
  return new Promise((resolve, reject) => {
    const request =
      ca === undefined
        ? requestPlain(options)
        : requestTls({ ...options, ca, servername: 'localhost' })
    request.once('error', reject)
    request.once('response', async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('')
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      const status = response.statusCode ?? 0
      const parsed: Body = isJson && text !== '' ? JSON.parse(text) : {}
      resolve({ status, headers: response.headers, text, body: parsed })
    })
    request.end(content)
  })
}
