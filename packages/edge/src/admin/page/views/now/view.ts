import { request } from '../../api/client.js'
import type { Activity } from '../../api/types.js'
import { fill, html } from '../../dom/element.js'
import { poll } from '../../dom/poll.js'
import { problem } from '../../dom/problem.js'
import { histogram } from '../../plots/histogram.js'
import { figures } from './figures.js'
import { reasonsOf } from './reasons.js'
import { refusalsOf } from './refusals.js'
import { verdictsOf } from './verdicts.js'
import { workersOf } from './workers.js'

const INTERVAL = 3_000

/** What is going on now. It moves by itself, so it can be stopped: a line that one reads must not run away. */
export function nowView(signal: AbortSignal): HTMLElement {
  let isPaused = false
  const failure = html('div', {})
  const [tiles, verdicts, latencies, reasons, refusals, workers] = [
    html('div', { class: 'tiles' }),
    html('div', {}),
    html('div', { class: 'side-by-side' }),
    html('div', {}),
    html('div', {}),
    html('div', {}),
  ]
  const pause = html('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause')
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.setAttribute('aria-pressed', String(isPaused))
    pause.textContent = isPaused ? 'Go on' : 'Pause'
  })

  function show(activity: Activity): void {
    fill(tiles, ...figures(activity))
    fill(verdicts, verdictsOf(activity.minutes))
    fill(
      latencies,
      histogram('The edge itself', 'edge', activity.latency.edge),
      histogram('Auth0', 'auth0', activity.latency.auth0),
    )
    fill(reasons, reasonsOf(activity.reasons))
    fill(refusals, refusalsOf(activity.refusals))
    fill(workers, workersOf(activity.workers))
  }

  poll(signal, INTERVAL, async () => {
    if (isPaused) return
    try {
      show(await request<Activity>('GET', '/api/v1/activity', { signal }))
      fill(failure)
    } catch (error) {
      if (!signal.aborted) fill(failure, problem(error))
    }
  })

  return html(
    'div',
    {},
    html('div', { class: 'title' }, html('h1', {}, 'Now'), pause),
    failure,
    tiles,
    card('Verdicts a minute, in the last hour', verdicts),
    card('How long requests took, in the last hour', latencies),
    card('Why clients were refused, in the last hour', reasons),
    card('The last refusals', refusals),
    card('Workers', workers),
  )
}

const card = (title: string, content: HTMLElement): HTMLElement =>
  html('section', { class: 'card' }, html('h2', {}, title), content)
