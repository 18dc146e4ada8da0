import type { RequestListener, ServerResponse } from 'node:http'
import { openTlsConnection } from '@mtls-edge/testkit'
import type { Test } from 'tap'
import { createAuthorities, MTLS_DOMAIN, startStage } from './front-stage.ts'

export const authorities = createAuthorities()

/** A listener that holds answers to `/wait` back until the test lets them go. */
function createHolder() {
  const held: ServerResponse[] = []
  let wake = () => {}
  const listener: RequestListener = (request, response) => {
    if (request.url === '/begin') response.write('beginning')
    if (request.url === '/') response.end('done')
    else {
      held.push(response)
      wake()
    }
  }
  return {
    listener,
    async nextHeld(): Promise<ServerResponse> {
      while (held.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const response = held.shift()
      if (response === undefined) throw new Error('nothing held')
      return response
    },
  }
}

/** A front with two hosts whose answers a test may hold back. */
export async function startHeld(t: Test) {
  const holder = createHolder()
  const stage = await startStage({ authorities, listener: holder.listener })
  t.teardown(() => stage.close())
  const connect = () => openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  return { ...holder, stage, connect }
}
