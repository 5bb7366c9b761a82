/**
 * What training costs: bars by method, one panel for seconds and one for multiply-adds.
 *
 * @module
 */
import { timeUnit } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber } from './format.ts'
import { COLOURS, INK } from './theme.ts'

export interface TrainingCost {
  readonly name: string
  /** Seconds of all networks that the method needs; NaN where not measured. */
  readonly seconds: number
  readonly multiplyAdds: number
}

export interface TrainingCostOptions {
  readonly title?: string
  readonly caption?: string
}

/** Costs that are not finite have no bar; a panel without bars is left out. */
export function trainingCostFigure(
  { methods }: { readonly methods: readonly TrainingCost[] },
  options: TrainingCostOptions = {},
): Figure {
  const { title = 'Training cost.', caption = '' } = options
  const { unit, divisor } = timeUnit(methods.map(({ seconds }) => seconds).filter(Number.isFinite))
  const panels = [
    panel(methods, { title: `training time (${unit})`, value: ({ seconds }) => seconds / divisor, text: timeText }),
    panel(methods, { title: 'training multiply-adds', value: ({ multiplyAdds }) => multiplyAdds, text: countText }),
  ].filter(({ values }) => values.length > 0)
  const words = {
    title,
    caption,
    alt: methods.map((one) => `${one.name}: ${timeText(one)}, ${countText(one)} multiply-adds.`).join(' '),
    width: 'wide' as const,
  }
  if (panels.length === 0) return emptyFigure(words)
  const names = methods.map(({ name }) => name)
  return figureOf({ spacing: 40, hconcat: panels.map((one, i) => barsOf(one, { names, labels: i === 0 })) }, words)
}

const timeText = ({ seconds }: TrainingCost) => formatNumber(seconds, 'seconds')
const countText = ({ multiplyAdds }: TrainingCost) => formatNumber(multiplyAdds, 'count')

interface Panel {
  readonly title: string
  readonly values: readonly { readonly method: string; readonly value: number; readonly text: string }[]
}

function panel(
  methods: readonly TrainingCost[],
  { title, value, text }: { title: string; value: (one: TrainingCost) => number; text: (one: TrainingCost) => string },
): Panel {
  const values = methods
    .map((one) => ({ method: one.name, value: value(one), text: text(one) }))
    .filter((bar) => Number.isFinite(bar.value))
  return { title, values }
}

function barsOf({ title, values }: Panel, { names, labels }: { names: readonly string[]; labels: boolean }) {
  const longest = Math.max(...values.map(({ value }) => value))
  // Room for the text right of the longest bar.
  const scale = { domain: [0, longest * 1.28], nice: false }
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    title,
    scale,
    axis: { tickCount: 4, grid: false, format: '~s' },
  }
  const y = {
    field: 'method',
    type: 'nominal' as const,
    title: null,
    scale: { domain: [...names] },
    axis: { domain: false, ticks: false, labels, labelLimit: 180 },
  }
  const color = {
    field: 'method',
    type: 'nominal' as const,
    scale: { domain: [...names], range: names.map((_, i) => COLOURS[i % COLOURS.length]) },
    legend: null,
  }
  return {
    width: 280,
    height: 30 * names.length,
    data: { values: [...values] },
    layer: [
      { mark: { type: 'bar' as const, height: 16, cornerRadiusEnd: 2 }, encoding: { x, y, color } },
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 5, color: INK.soft.light },
        encoding: { x, y, text: { field: 'text', type: 'nominal' as const } },
      },
    ],
  }
}
