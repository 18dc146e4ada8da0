/** What may stand between a tag and its end; what is false or missing is left out. */
export type Child = Node | string | null | undefined | false

/** Attributes by name; `on...` are listeners, `true` is an attribute without a value, `null` and `false` are left out. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | null | undefined | ((event: Event) => void)
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'

/** Makes an HTML element. Text is always text: nothing that comes from outside is ever read as HTML. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

/** Makes an SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG_NAMESPACE, tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

/** Puts other children into an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren()
  append(element, children)
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children)
    if (child !== null && child !== undefined && child !== false) element.append(child)
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

/** An element that the page's own HTML has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new TypeError(`the page has no element ${id}`)
  return element
}
