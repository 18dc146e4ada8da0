import { type Child, html } from './element.js'

export interface Column<Item> {
  readonly label: string
  readonly cell: (item: Item) => Child
  /** Figures stand right. */
  readonly isNumber?: boolean
}

export interface TableOptions<Item> {
  /** What the table holds; read out, and shown unless a heading says it already. */
  readonly caption: string
  readonly columns: readonly Column<Item>[]
  readonly items: readonly Item[]
  /** Said where there is nothing. */
  readonly empty: string
}

/**
 * Makes a table. On a narrow screen each row becomes a card (style/tables.css); the roles are spelt out since a table that
 * is laid out as blocks is none any more to a screen reader.
 */
export function table<Item>(options: TableOptions<Item>): HTMLElement {
  const { caption, columns, items, empty } = options
  if (items.length === 0) return html('p', { class: 'empty' }, empty)
  return html(
    'table',
    { role: 'table' },
    html('caption', { class: 'visually-hidden' }, caption),
    html('thead', { role: 'rowgroup' }, html('tr', { role: 'row' }, ...columns.map(headingOf))),
    html('tbody', { role: 'rowgroup' }, ...items.map((item) => rowOf(columns, item))),
  )
}

/** One more row of a table that {@link table} made. */
export function rowOf<Item>(columns: readonly Column<Item>[], item: Item): HTMLTableRowElement {
  const cells = columns.map(({ label, cell, isNumber = false }) =>
    html(
      'td',
      { role: 'cell', 'data-label': label, class: isNumber ? 'number' : null },
      cell(item),
    ),
  )
  return html('tr', { role: 'row' }, ...cells)
}

function headingOf({ label, isNumber = false }: Column<never>): HTMLElement {
  return html(
    'th',
    { role: 'columnheader', scope: 'col', class: isNumber ? 'number' : null },
    label,
  )
}
