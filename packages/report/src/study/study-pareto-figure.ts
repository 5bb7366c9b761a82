/**
 * Trials by two objectives, with the front.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { INK, SERIES } from '../theme.ts'
import { thinned } from './study-encodings.ts'
import type { StudyParetoPoint } from './study-values.ts'

export interface StudyParetoOptions {
  /** Names of all objectives. */
  readonly names: readonly string[]
  /** The two that are drawn; default the first two. */
  readonly objectives?: readonly [x: number, y: number]
}

const kinds = ['front', 'dominated', 'breaks a constraint'] as const

/** With three objectives and more a front point need not look like one: the other objectives are not seen. */
export function studyParetoFigure(points: readonly StudyParetoPoint[], options: StudyParetoOptions): Figure {
  const { names, objectives = [0, 1] } = options
  const [x, y] = objectives
  const front = points.filter(({ onFront }) => onFront)
  const { kept, note } = thinned(points.filter(({ onFront }) => !onFront))
  const words = {
    title: `${names[y]} against ${names[x]}.`,
    caption: `${front.length} of ${points.length} completed trials are on the front: none is better in every objective.${note}`,
    alt: `Front of ${front.length} trials over ${names[x]} and ${names[y]}.`,
    width: 'wide' as const,
  }
  if (points.length === 0) return emptyFigure(words)
  const values = [...kept, ...front].map((point) => ({ x: point.values[x], y: point.values[y], kind: kindOf(point) }))
  const present = kinds.filter((kind) => values.some((value) => value.kind === kind))
  const colours = { front: SERIES[1].light, dominated: SERIES[0].light, 'breaks a constraint': INK.line.light }
  const axis = (field: string, title: string) => ({
    field,
    type: 'quantitative' as const,
    title,
    scale: { zero: false },
    axis: { tickCount: 6 },
  })
  const spec = {
    width: 640,
    height: 320,
    data: { values },
    mark: { type: 'point' as const, filled: true, size: 48, opacity: 0.75 },
    encoding: {
      x: axis('x', names[x]),
      y: axis('y', names[y]),
      color: {
        field: 'kind',
        type: 'nominal' as const,
        title: null,
        scale: { domain: present, range: present.map((kind) => colours[kind]) },
        legend: present.length > 1 ? { orient: 'top' as const } : null,
      },
    },
  }
  return figureOf(spec, words)
}

function kindOf({ onFront, feasible }: StudyParetoPoint): (typeof kinds)[number] {
  if (onFront) return 'front'
  return feasible ? 'dominated' : 'breaks a constraint'
}
