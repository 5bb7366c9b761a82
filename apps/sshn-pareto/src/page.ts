/**
 * The report of a run, put together from its results.
 *
 * @module
 */
import {
  explorer,
  formatNumber,
  learningCurvesFigure,
  panelGallery,
  paretoFigure,
  sweepFigure,
  table,
  trainingCostFigure,
  type Figure,
  type Highlight,
  type Interval,
  type Report,
  type Row,
  type Section,
} from '@leanvox/report'
import { paretoFront } from '@leanvox/sshn'
import type { MethodName } from './config.ts'
import type { Illustration, StoredPicture } from './illustrate-job.ts'
import { PAPER_WBC } from './results-page.ts'
import type { CurvePoint, OverSeeds, RunResults } from './results.ts'

/** What the page shows beside the results. */
export interface PageInput {
  readonly results: RunResults
  /** By method, where there are pictures. */
  readonly illustrations: Partial<Record<string, Illustration>>
  readonly warnings: readonly string[]
  readonly setAside: readonly string[]
}

/** Names as a reader knows them. */
export const METHOD_NAMES: Readonly<Record<MethodName, string>> = {
  sshn: 'SSHN',
  stochastic: 'Stochastic',
  film: 'FiLM',
  fixed: 'Fixed',
  'capacity-matched': 'capacity-matched Fixed',
}

/** The page as a plain value for `@leanvox/report`. */
export function runReport({ results, illustrations, warnings, setAside }: PageInput): Report {
  const { provenance, cases, finished, planned } = results
  const shown = (['sshn', 'stochastic', 'film'] as const).find((method) => illustrations[method] !== undefined)
  const illustration = shown === undefined ? undefined : illustrations[shown]
  const seeds = provenance.seeds.length
  return {
    title: `One training, every cost: ${provenance.dataset}`,
    subtitle:
      `Dice against multiply-adds over the rescaling factor φ; ${cases.train} training, ${cases.validation} validation and ` +
      `${cases.test} held-out cases, ${seeds} seed${seeds === 1 ? '' : 's'}` +
      (finished < planned ? `; ${finished} of ${planned} trainings have finished` : ''),
    highlights: highlights(results),
    sections: [
      curveSection(results),
      ...(shown === undefined || illustration === undefined || illustration.pictures.length === 0
        ? []
        : [sliderSection(results, { method: shown, illustration })]),
      costSection(results),
      ...outOfRangeSection(results),
      ...driftSection(illustrations),
      ...(warnings.length + setAside.length === 0
        ? []
        : [
            {
              title: 'Data that need a look',
              text: [...setAside.map((message) => `Set aside: ${message}`), ...warnings],
            },
          ]),
    ],
    facts: facts(results),
  }
}

function highlights({ curve, costs, range }: RunResults): Highlight[] {
  const top = curve.find(({ method, phi }) => method === 'sshn' && phi === range[1])
  const [sshn, fixed] = [costs.find(({ method }) => method === 'sshn'), costs.find(({ method }) => method === 'fixed')]
  const found: Highlight[] = []
  if (top !== undefined) {
    found.push({ label: `SSHN Dice at φ = ${top.phi}`, value: formatNumber(top.dice.mean, { decimals: 3 }) })
  }
  if (sshn?.seconds.mean && fixed?.seconds.mean) {
    const { networks } = fixed
    found.push({
      label: 'Training time against one U-Net',
      value: formatNumber(sshn.seconds.mean / (fixed.seconds.mean / networks), 'factor'),
      note: 'the paper reports about 1.8×',
    })
    if (networks > 1) {
      found.push({
        label: `… against the set of ${networks} Fixed`,
        value: formatNumber(sshn.seconds.mean / fixed.seconds.mean, 'factor'),
      })
    }
  }
  const worst = differences(curve).toSorted((a, b) => a - b)[0]
  if (worst !== undefined) {
    found.push({ label: 'SSHN minus Fixed, worst φ', value: formatNumber(worst, { decimals: 3 }), note: 'Dice' })
  }
  return found
}

/** SSHN minus Fixed wherever both are known. */
function differences(curve: readonly CurvePoint[]): number[] {
  return curve
    .filter(({ method }) => method === 'fixed')
    .flatMap((fixed) => {
      const own = curve.find(({ method, phi }) => method === 'sshn' && phi === fixed.phi)
      const mean = own?.dice.mean ?? null
      return mean === null || fixed.dice.mean === null ? [] : [mean - fixed.dice.mean]
    })
}

function curveSection({ curve, costs, task, baselineDice }: RunResults): Section {
  const inside = curve.filter(({ outOfRange }) => !outOfRange)
  const methods = costs.map(({ method }) => method)
  const named = (method: MethodName) => inside.filter((point) => point.method === method)
  return {
    title: 'What each factor costs and gives',
    text: [
      'φ is the factor by which every encoder stage shrinks its input: small factors make the same network cheaper. SSHN, ' +
        'Stochastic and FiLM are trained once for all factors, the Fixed networks once for each.',
      ...(baselineDice === null
        ? []
        : [`Without ${task} the labels overlap with a Dice of ${formatNumber(baselineDice, { decimals: 3 })}.`]),
    ],
    figures: [
      paretoFigure(
        {
          curves: methods.map((method) => ({
            name: METHOD_NAMES[method],
            points: named(method).map(({ phi, multiplyAdds, dice }) => ({
              cost: multiplyAdds,
              value: withBand(dice),
              label: `φ = ${phi}`,
            })),
          })),
        },
        {
          caption: 'Mean over seeds on the held-out cases; the band is one standard deviation over seeds to each side.',
        },
      ),
    ],
    tables: [paretoTable(named('sshn').length > 0 ? named('sshn') : inside), diceTable(inside, methods)],
  }
}

function withBand({ mean, std }: OverSeeds): number | Interval {
  if (mean === null) return NaN
  return std === null ? mean : { estimate: mean, low: mean - std, high: mean + std }
}

/** The points of one method's curve; those that no other beats are strong. */
function paretoTable(points: readonly CurvePoint[]) {
  const front = paretoFront(points.map((point) => ({ ...point, dice: point.dice.mean ?? NaN })))
  const name = METHOD_NAMES[points[0]?.method ?? 'sshn']
  return table({
    title: `The curve of ${name}.`,
    caption:
      'Pareto: no other factor gives a higher Dice for as few multiply-adds. Latency and memory of one forward pass.',
    columns: [
      { key: 'phi', title: 'φ', format: 'text' },
      { key: 'pareto', title: 'Pareto', format: 'text' },
      { key: 'multiplyAdds', title: 'multiply-adds', format: 'count' },
      { key: 'milliseconds', title: 'ms', format: { decimals: 2 } },
      { key: 'peak', title: 'peak MiB', format: { decimals: 1 } },
      { key: 'dice', title: 'Dice', format: { decimals: 3 } },
    ],
    rows: points.map(({ phi, multiplyAdds, milliseconds, peakBytes, dice }) => ({
      phi: String(phi),
      multiplyAdds,
      milliseconds,
      peak: peakBytes / 2 ** 20,
      dice: dice.mean,
      pareto: front.some((one) => one.phi === phi) ? 'yes' : 'no',
    })),
  })
}

function diceTable(points: readonly CurvePoint[], methods: readonly MethodName[]) {
  const phis = [...new Set(points.map(({ phi }) => phi))].sort((a, b) => a - b)
  return table({
    title: 'Dice by factor.',
    caption: 'Mean over seeds on the held-out cases.',
    columns: [
      { key: 'phi', title: 'φ', format: 'text' },
      ...methods.map((method) => ({ key: method, title: METHOD_NAMES[method], format: { decimals: 3 } })),
    ],
    rows: phis.map((phi): Row => {
      const cells = methods.map((method) => [
        method,
        points.find((point) => point.method === method && point.phi === phi)?.dice.mean ?? null,
      ])
      return { phi: String(phi), ...Object.fromEntries(cells) } as Row
    }),
  })
}

function sliderSection(
  { curve, range }: RunResults,
  { method, illustration }: { method: MethodName; illustration: Illustration },
): Section {
  const order = illustration.phis.map((phi, index) => ({ phi, index })).sort((a, b) => a.phi - b.phi)
  const points = order.map(({ phi }) => curve.find((point) => point.method === method && point.phi === phi))
  const most = Math.max(...points.map((point) => point?.multiplyAdds ?? 0))
  const pictures = illustration.pictures.map((one) => decoded(one))
  const start = Math.max(
    0,
    order.findIndex(({ phi }) => phi === range[1]),
  )
  const stops = order.map(({ phi }) => (phi > range[1] ? `${phi} (outside the training range)` : String(phi)))
  return {
    title: 'Move φ',
    text: `One trained ${METHOD_NAMES[method]} at every factor: what a forward pass costs, and what it makes of the same images.`,
    explorers: [
      explorer(
        {
          knob: 'φ',
          stops,
          facts: [
            {
              name: 'multiply-adds',
              values: points.map((point) => formatNumber(point?.multiplyAdds, 'count')),
              shares: points.map((point) => (point?.multiplyAdds ?? 0) / most),
            },
            {
              name: 'latency',
              values: points.map((point) => `${formatNumber(point?.milliseconds, { decimals: 2 })} ms`),
            },
            {
              name: 'Dice, all held-out cases',
              values: points.map((point) => formatNumber(point?.dice.mean, { decimals: 3 })),
              shares: points.map((point) => Math.max(0, point?.dice.mean ?? 0)),
            },
          ],
          cases: pictures.map((one) => ({
            id: one.id,
            image: one.image,
            reference: one.reference,
            predictions: order.map(({ index }) => one.predictions[index]),
            notes: order.map(({ index }) => `Dice ${formatNumber(one.dice[index], { decimals: 3 })}`),
          })),
        },
        { title: 'The same images over φ.', caption: 'Amber: reference, blue: prediction. Held-out cases.', start },
      ),
    ],
    images: [stripGallery(pictures.slice(0, 2), order)],
  }
}

type Decoded = ReturnType<typeof decoded>

/** Up to six factors side by side, for readers on paper. */
function stripGallery(pictures: readonly Decoded[], order: readonly { phi: number; index: number }[]) {
  const step = Math.max(1, Math.ceil(order.length / 6))
  const chosen = order.filter((_, place) => place % step === 0 || place === order.length - 1)
  return panelGallery(
    {
      cases: pictures.map((one) => ({
        id: one.id,
        note: chosen.map(({ phi, index }) => `φ ${phi}: ${formatNumber(one.dice[index], { decimals: 2 })}`).join(' · '),
        image: one.image,
        reference: one.reference,
        predictions: chosen.map(({ phi, index }) => ({ name: `φ ${phi}`, mask: one.predictions[index] })),
      })),
    },
    {
      title: 'From cheap to dear.',
      caption: `Image, reference, then φ = ${chosen.map(({ phi }) => phi).join(', ')}.`,
      side: 110,
    },
  )
}

function decoded({ id, height, width, image, reference, predictions, dice }: StoredPicture) {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
  return {
    id,
    image: { data: bytes(image), height, width },
    reference: bytes(reference),
    predictions: predictions.map(bytes),
    dice,
  }
}

/** The loss of the first seed's trainings, where it was kept. */
function lossFigures({ losses = [] }: RunResults): Figure[] {
  const first = losses.filter(({ seed }) => seed === losses[0].seed)
  const curves = first.map(({ method, phi, losses }) => ({
    name: `${METHOD_NAMES[method]}${phi === null ? '' : ` at ${phi}`}`,
    points: losses.map((loss, index) => ({ epoch: index + 1, loss })),
  }))
  return curves.length > 0 ? [learningCurvesFigure({ curves })] : []
}

function costSection(results: RunResults): Section {
  const { costs } = results
  return {
    title: 'What training costs',
    text: 'All networks that a method needs for its curve, for one seed. Validation and evaluation are not counted.',
    figures: [
      trainingCostFigure({
        methods: costs.map(({ method, networks, seconds, multiplyAdds }) => ({
          name: `${METHOD_NAMES[method]}${networks > 1 ? ` × ${networks}` : ''}`,
          seconds: seconds.mean ?? NaN,
          multiplyAdds: multiplyAdds.mean ?? NaN,
        })),
      }),
      ...lossFigures(results),
    ],
    tables: [
      table({
        title: 'Training cost.',
        caption: 'Mean over seeds; multiply-adds count forward and both gradients.',
        columns: [
          { key: 'method', format: 'text' },
          { key: 'networks' },
          { key: 'parameters', title: 'weights each', format: 'count' },
          { key: 'steps', title: 'steps each' },
          { key: 'seconds', title: 'time', format: 'seconds' },
          { key: 'multiplyAdds', title: 'multiply-adds', format: 'count' },
        ],
        rows: costs.map(({ method, networks, parameters, steps, seconds, multiplyAdds }) => ({
          method: METHOD_NAMES[method],
          networks,
          parameters,
          steps,
          seconds: seconds.mean,
          multiplyAdds: multiplyAdds.mean,
        })),
      }),
    ],
  }
}

function outOfRangeSection({ curve, range, provenance }: RunResults): Section[] {
  const methods = (['sshn', 'stochastic', 'film'] as const).filter((method) =>
    curve.some((point) => point.method === method && point.outOfRange),
  )
  if (methods.length === 0) return []
  const series = methods.map((method) => ({
    name: METHOD_NAMES[method],
    points: curve
      .filter((point) => point.method === method && point.phi >= range[1])
      .map(({ phi, dice }) => ({ x: phi, value: withBand(dice) })),
  }))
  const paper = provenance.dataset.startsWith('White blood cells')
    ? [
        {
          name: 'SSHN, paper',
          points: PAPER_WBC.map(([x, mean, std]) => ({ x, value: withBand({ mean, std, seeds: 5 }) })),
        },
      ]
    : []
  return [
    {
      title: 'Outside the training range',
      text: `Trained with φ in (${range[0]}, ${range[1]}]; larger factors were never seen.`,
      figures: [
        sweepFigure(
          { series: [...series, ...paper] },
          { title: 'Extrapolation.', xName: 'φ', valueName: 'Dice', width: 'wide' },
        ),
      ],
    },
  ]
}

function driftSection(illustrations: PageInput['illustrations']): Section[] {
  const drift = illustrations['sshn']?.drift
  if (drift === undefined) return []
  const order = drift.phis.map((phi, index) => ({ phi, index })).sort((a, b) => a.phi - b.phi)
  const chosen = spread(drift.layers, 5)
  return [
    {
      title: 'How the weights change with φ',
      text:
        `Relative distance of a layer’s predicted weights from those at φ = ${drift.from}; 0 everywhere would be one set of ` +
        'weights for all factors.',
      figures: [
        sweepFigure(
          {
            series: chosen.map(({ name, distances }) => ({
              name: name.replace(/\.kernel$/, ''),
              points: order.map(({ phi, index }) => ({ x: phi, value: distances[index] })),
            })),
          },
          { title: 'Weight drift.', xName: 'φ', valueName: 'relative distance', width: 'wide' },
        ),
      ],
    },
  ]
}

/** `count` items from first to last. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))])
}

function facts({ provenance, labels, epochs }: RunResults): Record<string, string | number> {
  return {
    command: provenance.command,
    commit: provenance.commit ?? 'unknown',
    date: provenance.date,
    machine: provenance.machine,
    backend: `${provenance.backend}, ${provenance.precision}`,
    seeds: provenance.seeds.join(', '),
    epochs,
    labels: Object.entries(labels)
      .map(([name, value]) => `${value} ${name}`)
      .join(', '),
  }
}
