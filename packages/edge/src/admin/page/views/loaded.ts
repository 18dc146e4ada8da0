import { fill, html } from '../dom/element.js'
import { problem } from '../dom/problem.js'

/** Shows what `load` brings, or why it did not come, with a button that tries again. */
export function loaded(load: () => Promise<Node>): HTMLElement {
  const place = html('div', { 'aria-busy': 'true' }, html('p', { class: 'empty' }, 'Loading …'))

  async function run(): Promise<void> {
    place.setAttribute('aria-busy', 'true')
    try {
      fill(place, await load())
    } catch (error) {
      const again = html('button', { type: 'button', onclick: () => void run() }, 'Try again')
      fill(place, problem(error), again)
    } finally {
      place.removeAttribute('aria-busy')
    }
  }

  void run()
  return place
}
