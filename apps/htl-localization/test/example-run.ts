/**
 * A finished run by construction, trained by nobody: htl gains 0.02 of IoU over plain in the supervised setting, more on
 * small lesions, and nothing in the weakly supervised one; acral lesions are hard to learn.
 *
 * @module
 */
import type { Environment } from '@leanvox/app-shell'
import { createRng } from '@leanvox/random'
import { analyse } from '../src/analyse.ts'
import type { StoredCases } from '../src/cases.ts'
import { parseConfig } from '../src/config.ts'
import { planFinds, planTrainings, type FindResult, type ImageScore, type TrainJobResult } from '../src/jobs.ts'
import { collectResults, type RunResults } from '../src/results.ts'
import type { Subject } from '../src/subjects.ts'

export const EXAMPLE_CONFIG = parseConfig(
  {
    settings: ['supervised', 'weakly-supervised'],
    arms: ['plain', 'htl', 'random'],
    seeds: [0, 1],
    sweep: [0.5, 0.9].map((sparsity) => ({
      name: `sparsity ${sparsity}`,
      knob: 'sparsity',
      htl: { sparsities: [sparsity] },
    })),
    analysis: { resamples: 200 },
  },
  'example',
)

const rng = createRng(12)
const subjects: Subject[] = Array.from({ length: 300 }, (_, i) => ({
  id: `IMAGE_${i}`,
  age: rng.uniform() < 0.1 ? null : 20 + rng.integer(60),
  sex: ['female', 'male', null][rng.integer(3)],
  site: rng.uniform() < 0.15 ? 'acral' : ['back', 'face'][rng.integer(2)],
  diagnosis: ['nevus', 'melanoma'][rng.integer(2)],
  lesion: null,
  area: rng.uniform() / 2,
  contrast: rng.uniform() / 3,
}))
const ids = subjects.map(({ id }) => id)

export const EXAMPLE_CASES: StoredCases = {
  dataset: 'Examples',
  external: 'Elsewhere',
  subjects,
  externalSubjects: subjects.slice(0, 3),
  split: { train: ids.slice(0, 180), validation: ids.slice(180, 200), test: ids.slice(200) },
  warnings: ['2 rows of metadata.csv without an image'],
  setAside: ['readImage2d: expected a whole JPEG picture in <bad>.jpg, got an end'],
}

function scoreOf({ id, area }: Subject, { job }: Pick<TrainJobResult, 'job'>): ImageScore {
  const noise = createRng(job.seed).split(job.name, id).normal()
  const gain = job.arm === 'htl' && job.setting === 'supervised' ? (area! < 0.125 ? 0.05 : 0.01) : 0
  const iou = Math.min(1, Math.max(0, (job.setting === 'supervised' ? 0.7 : 0.4) + gain + 0.02 * noise))
  return { id, iou, dice: (2 * iou) / (1 + iou), boxIou: iou }
}

const trainings = planTrainings(EXAMPLE_CONFIG).map((job): TrainJobResult => {
  const score = (one: Subject) => scoreOf(one, { job })
  return {
    job,
    backend: 'cpu',
    precision: 'float32',
    seconds: 60,
    planningSeconds: job.arm === 'htl' ? 6 : 0,
    steps: 100,
    multiplyAdds: 1e12,
    history: [],
    test: subjects.slice(200).map(score),
    external: EXAMPLE_CASES.externalSubjects.map(score),
    others:
      job.setting === 'supervised'
        ? []
        : [
            {
              name: 'cam, otsu',
              iou: job.arm === 'htl' ? 0.3 : 0.25,
              dice: 0.4,
              boxIou: 0.3,
              boxIou50: 0.2,
              boxIou75: 0,
              count: 100,
            },
          ],
    rounds:
      job.arm === 'htl' ? [4, 7].map((epoch) => ({ epoch, set: Array.from({ length: 36 }, (_, i) => i + epoch) })) : [],
  }
})

const finds = planFinds(EXAMPLE_CONFIG).map((job): FindResult => {
  const stream = createRng(job.seed).split(job.name)
  const scores = subjects.slice(0, 180).map(({ site }) => (site === 'acral' ? 0.2 : 0) + 0.4 * stream.uniform())
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a])
  return {
    job,
    sparsities: [0.5, 0.9],
    scores,
    set: order.slice(0, 18),
    denseIou: scores.map((score) => 1 - score),
    bySparsity: [0.5, 0.9].map((sparsity) => ({ sparsity, disagreement: sparsity / 3, iou: 0.8 - sparsity / 4 })),
    worst: [],
  }
})

const environment: Environment = {
  node: 'v24',
  platform: 'linux',
  processor: 'a machine',
  cores: 2,
  memoryGiB: 16,
  startedAt: '2026-01-01T00:00:00Z',
  command: 'npm run htl-localization -- compare',
  commit: 'abc1234',
}

export const EXAMPLE_TRAININGS: readonly TrainJobResult[] = trainings
const input = { config: EXAMPLE_CONFIG, stored: EXAMPLE_CASES, trainings, finds }
export const EXAMPLE_RESULTS: RunResults = collectResults({ ...input, environment, analysis: analyse(input) })
