import { html } from './dom/element.js'

const KEY = 'mtls-edge-theme'
const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

apply(readTheme())

/** Changes between what the system wants, light and dark. */
export function themeButton(): HTMLElement {
  const button = html('button', { type: 'button', class: 'quiet', onclick: next })
  say()
  return button

  function next(): void {
    const theme = THEMES[(THEMES.indexOf(readTheme()) + 1) % THEMES.length] ?? 'auto'
    localStorage.setItem(KEY, theme)
    apply(theme)
    say()
  }

  function say(): void {
    button.textContent = `Theme: ${readTheme()}`
  }
}

function readTheme(): Theme {
  const stored = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === stored) ?? 'auto'
}

function apply(theme: Theme): void {
  document.documentElement.setAttribute('data-theme', theme)
}
