import { type Child, html } from './element.js'

export interface OpenDialog {
  readonly element: HTMLDialogElement
  /** Where its content goes. */
  readonly body: HTMLElement
  close(): void
}

let count = 0

/**
 * Opens a dialog over the page. The browser keeps the focus in it, closes it at Escape and gives the focus back to where it was.
 *
 * @param signal ends it with the view that opened it
 */
export function openDialog(title: string, signal: AbortSignal, ...children: Child[]): OpenDialog {
  count += 1
  const id = `dialog-${count}`
  const body = html('div', { class: 'dialog-body' }, ...children)
  const close = (): void => element.close()
  const element = html(
    'dialog',
    { 'aria-labelledby': id, onclose: () => element.remove() },
    html(
      'header',
      {},
      html('h2', { id, tabindex: -1 }, title),
      html(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': 'Close', onclick: close },
        '✕',
      ),
    ),
    body,
  )
  signal.addEventListener('abort', close, { once: true })
  document.body.append(element)
  element.showModal()
  return { element, body, close }
}

export interface Question {
  readonly title: string
  readonly text: string
  /** The word on the button that does it. */
  readonly action: string
}

/** Asks before something is done that clients feel. The button that does nothing has the focus. */
export function confirm(question: Question, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let isConfirmed = false
    const dialog = openDialog(question.title, signal, html('p', {}, question.text))
    const cancel = html('button', { type: 'button', onclick: dialog.close }, 'Cancel')
    const act = html('button', { type: 'button', class: 'danger' }, question.action)
    act.addEventListener('click', () => {
      isConfirmed = true
      dialog.close()
    })
    dialog.body.append(html('div', { class: 'actions' }, cancel, act))
    dialog.element.addEventListener('close', () => resolve(isConfirmed))
    cancel.focus()
  })
}
