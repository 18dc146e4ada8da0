import type { Minute } from '../../api/types.js'
import { html } from '../../dom/element.js'
import { formatCount, formatMinute } from '../../dom/format.js'
import { table } from '../../dom/table.js'
import type { Series } from '../../plots/series.js'
import { stackedBars } from '../../plots/stacked-bars.js'

/** Kinds of verdicts minute by minute, as a picture and as figures. */
export function verdictsOf(minutes: readonly Minute[]): HTMLElement {
  const series: readonly Series[] = [
    {
      label: 'CA-verified',
      tone: 'ca-verified',
      values: minutes.map(({ verdicts }) => verdicts.caVerified),
    },
    {
      label: 'self-signed',
      tone: 'self-signed',
      values: minutes.map(({ verdicts }) => verdicts.selfSigned),
    },
    { label: 'refused', tone: 'refused', values: minutes.map(({ verdicts }) => verdicts.refused) },
    {
      label: 'handshakes refused',
      tone: 'handshake',
      values: minutes.map((minute) => minute.handshakesRefused),
    },
  ]
  const labels = minutes.map(({ at }) => formatMinute(at))
  return html(
    'div',
    {},
    stackedBars({ title: 'Verdicts a minute in the last hour', series, labels }),
    html('details', {}, html('summary', {}, 'The same as a table'), figuresOf(minutes)),
  )
}

function figuresOf(minutes: readonly Minute[]): HTMLElement {
  return table<Minute>({
    caption: 'Verdicts a minute, the newest first',
    empty: 'Nothing yet.',
    items: minutes
      .toReversed()
      .filter(({ requests, handshakesRefused }) => requests + handshakesRefused > 0),
    columns: [
      { label: 'Minute', cell: ({ at }) => formatMinute(at) },
      {
        label: 'CA-verified',
        isNumber: true,
        cell: ({ verdicts }) => formatCount(verdicts.caVerified),
      },
      {
        label: 'Self-signed',
        isNumber: true,
        cell: ({ verdicts }) => formatCount(verdicts.selfSigned),
      },
      {
        label: 'Without a certificate',
        isNumber: true,
        cell: ({ verdicts }) => formatCount(verdicts.none),
      },
      { label: 'Refused', isNumber: true, cell: ({ verdicts }) => formatCount(verdicts.refused) },
      {
        label: 'Handshakes refused',
        isNumber: true,
        cell: (minute) => formatCount(minute.handshakesRefused),
      },
    ],
  })
}
